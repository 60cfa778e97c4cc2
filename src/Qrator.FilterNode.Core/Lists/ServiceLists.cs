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

    /// <summary>
    /// Puts a client on a list for a filter. Allocates only when the table grows: what the entry is there for is put into words afterwards, by
    /// <see cref="Report"/>, and only for a change.
    /// </summary>
    /// <param name="kind">Which list.</param>
    /// <param name="client">Who.</param>
    /// <param name="cause">The filter and rule, from the same list.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="ttl">How long for a first offence.</param>
    public Listing Put(ListKind kind, in ClientKey client, ListingCause cause, long now, TimeSpan ttl)
    {
        var result = Of(kind).Add(client, cause, now, ttl, out var until);
        return new(kind, client, result, cause, now, until);
    }

    /// <summary>Keeps why a list has changed, and tells the journal.</summary>
    /// <param name="listing">A change.</param>
    /// <param name="detail">The values that matched.</param>
    /// <param name="requestId">The request that did it.</param>
    public void Report(in Listing listing, string detail, string requestId)
    {
        var change = listing.Result == AddResult.Added ? ListChange.Added : ListChange.Extended;
        var record = new ListingRecord(
            _service, listing.List, listing.Client, change, listing.Cause.Source, listing.Cause.Rule, detail, requestId, listing.Now, listing.Until);
        ReasonsOf(listing.List).Keep(record);
        _journal.Listed(record);
    }
}
