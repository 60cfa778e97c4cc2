using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>What led to the entries of a service's lists, as far as it is kept. Safe for any number of threads.</summary>
internal sealed class ListReasons
{
    /// <summary>How many are kept of the entries that filters put on a list: those of the latest.</summary>
    public const int MostOfFilters = 65_536;

    private const int MostComments = 1_048_576;

    // Apart, so that an attack does not push out what operators wrote.
    private readonly ReasonStore[] _ofFilters = [new(MostOfFilters), new(MostOfFilters)];
    private readonly ReasonStore[] _comments = [new(MostComments), new(MostComments)];

    /// <summary>Those of the entries that filters put on a list.</summary>
    public ReasonStore OfFilters(ListKind kind) => _ofFilters[(int)kind];

    /// <summary>What led to an entry; null when that is not kept, or not of this source and rule.</summary>
    public ListingRecord? Of(ListKind kind, NetworkPrefix key, in ListEntry entry) =>
        StoreFor(kind, entry.Source).TryGet(key, out var record) && record.Source == entry.Source && record.Rule == entry.Rule ? record : null;

    /// <summary>Keeps what led to an entry; of an operator only when there is a comment.</summary>
    public void Keep(ListingRecord record)
    {
        if (record.Source != ListSource.Api || record.Detail.Length > 0)
        {
            StoreFor(record.List, record.Source).Keep(record);
        }
    }

    /// <summary>The same, unless something is kept of the client or subnet already.</summary>
    public void KeepIfNew(ListingRecord record)
    {
        if (!StoreFor(record.List, record.Source).TryGet(record.Key, out _))
        {
            Keep(record);
        }
    }

    /// <summary>Forgets a client or subnet.</summary>
    public void Remove(ListKind kind, NetworkPrefix key)
    {
        _ofFilters[(int)kind].Remove(key);
        _comments[(int)kind].Remove(key);
    }

    /// <summary>Forgets all of a list.</summary>
    public void Clear(ListKind kind)
    {
        _ofFilters[(int)kind].Clear();
        _comments[(int)kind].Clear();
    }

    private ReasonStore StoreFor(ListKind kind, ListSource source) => (source == ListSource.Api ? _comments : _ofFilters)[(int)kind];
}
