using System.Diagnostics.CodeAnalysis;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// The latest reasons, one a client, apart from the entries so that those stay small. Bounded: the oldest make room. Its lock is held
/// for a few dictionary operations; it is taken only when a client is listed or an operator asks. Safe for any number of threads.
/// </summary>
public sealed class ReasonStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NetworkPrefix, LinkedListNode<ListingRecord>> _records = [];
    private readonly LinkedList<ListingRecord> _oldestFirst = [];
    private readonly int _maximum;

    /// <summary>Keeps up to <paramref name="maximum"/> reasons.</summary>
    public ReasonStore(int maximum) => _maximum = maximum;

    /// <summary>Keeps a reason in place of the client's last one.</summary>
    public void Keep(ListingRecord record)
    {
        lock (_lock)
        {
            Forget(record.Key);
            _records[record.Key] = _oldestFirst.AddLast(record);
            if (_records.Count > _maximum)
            {
                Forget(_oldestFirst.First!.Value.Key);
            }
        }
    }

    /// <summary>The reason of the client's last listing, if it is still kept; the entry itself may be over.</summary>
    public bool TryGet(NetworkPrefix client, [NotNullWhen(true)] out ListingRecord? record)
    {
        lock (_lock)
        {
            record = _records.TryGetValue(client, out var kept) ? kept.Value : null;
            return record is not null;
        }
    }

    /// <summary>Forgets a client.</summary>
    public void Remove(NetworkPrefix client)
    {
        lock (_lock)
        {
            Forget(client);
        }
    }

    /// <summary>Forgets everybody.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _records.Clear();
            _oldestFirst.Clear();
        }
    }

    private void Forget(NetworkPrefix client)
    {
        if (_records.Remove(client, out var kept))
        {
            _oldestFirst.Remove(kept);
        }
    }
}
