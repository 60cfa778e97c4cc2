using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>
/// The records of the latest entries of one list, as many as memory keeps the reasons of. To read the texts of all rows, only for nearly all to be forgotten
/// again, would take most of the time of loading. One thread at a time.
/// </summary>
internal sealed class LatestReasons
{
    private readonly PriorityQueue<ListingRecord, long> _oldestFirst = new();

    /// <summary>All of them, in no order.</summary>
    public IEnumerable<ListingRecord> Records => _oldestFirst.UnorderedItems.Select(item => item.Element);

    /// <summary>Whether an entry of that moment is among the latest so far.</summary>
    public bool Wants(long created) =>
        _oldestFirst.Count < ServiceLists.KeptReasons || (_oldestFirst.TryPeek(out _, out var oldest) && created > oldest);

    /// <summary>Takes a record, and leaves the oldest when there are too many.</summary>
    public void Add(ListingRecord record)
    {
        if (_oldestFirst.Count < ServiceLists.KeptReasons)
        {
            _oldestFirst.Enqueue(record, record.Created);
        }
        else
        {
            _oldestFirst.EnqueueDequeue(record, record.Created);
        }
    }
}
