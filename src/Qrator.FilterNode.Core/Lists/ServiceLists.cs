using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>The two dynamic lists of a service, with the reasons of their entries. Safe for any number of threads.</summary>
public sealed class ServiceLists
{
    private const int KeptReasons = 65_536;

    private readonly string _service;
    private readonly IListJournal _journal;
    private readonly ReasonStore[] _reasons = [new(KeptReasons), new(KeptReasons)];

    /// <summary>Empty lists.</summary>
    public ServiceLists(string service, int maximum, IListJournal journal)
    {
        _service = service;
        _journal = journal;
        Whitelist = new(ListKind.Whitelist, maximum);
        Blacklist = new(ListKind.Blacklist, maximum);
    }

    /// <summary>Clients that no filter applies to.</summary>
    public ClientList Whitelist { get; }

    /// <summary>Clients that are dropped.</summary>
    public ClientList Blacklist { get; }

    /// <summary>The list of a kind.</summary>
    public ClientList Of(ListKind kind) => kind == ListKind.Whitelist ? Whitelist : Blacklist;

    /// <summary>The reasons behind the entries of a list.</summary>
    public ReasonStore ReasonsOf(ListKind kind) => _reasons[(int)kind];

    /// <summary>Puts a client on a list for a filter; keeps and reports why when that changes the list.</summary>
    /// <param name="kind">Which list.</param>
    /// <param name="client">Who.</param>
    /// <param name="cause">The filter and rule, from the same list.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="ttl">How long for a first offence.</param>
    /// <param name="detail">The values that matched.</param>
    /// <param name="requestId">The request that did it.</param>
    public AddResult Put(ListKind kind, in ClientKey client, ListingCause cause, long now, TimeSpan ttl, string detail, string requestId)
    {
        var result = Of(kind).Add(client, cause, now, ttl, out var until);
        if (result is AddResult.Added or AddResult.Extended)
        {
            var change = result == AddResult.Added ? ListChange.Added : ListChange.Extended;
            var record = new ListingRecord(_service, kind, client, change, cause.Source, cause.Rule, detail, requestId, now, until);
            ReasonsOf(kind).Keep(record);
            _journal.Listed(record);
        }

        return result;
    }
}
