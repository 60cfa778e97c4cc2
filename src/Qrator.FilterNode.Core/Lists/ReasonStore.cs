using System.Diagnostics.CodeAnalysis;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// The latest reasons, one a client, apart from the entries so that those stay small. Bounded: the oldest make room. Its lock is held
/// for one dictionary operation; it is taken only when a client is listed or an operator asks. Safe for any number of threads.
/// </summary>
public sealed class ReasonStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ClientKey, ListingRecord> _records = [];
    private readonly Queue<ListingRecord> _oldestFirst = [];
    private readonly int _maximum;

    /// <summary>Keeps up to <paramref name="maximum"/> reasons.</summary>
    public ReasonStore(int maximum) => _maximum = maximum;

    /// <summary>Keeps a reason in place of the client's last one.</summary>
    public void Keep(ListingRecord record)
    {
        lock (_lock)
        {
            _records[record.Client] = record;
            _oldestFirst.Enqueue(record);
            while (_oldestFirst.Count > _maximum)
            {
                var oldest = _oldestFirst.Dequeue();
                if (_records.TryGetValue(oldest.Client, out var kept) && ReferenceEquals(kept, oldest))
                {
                    _records.Remove(oldest.Client);
                }
            }
        }
    }

    /// <summary>The reason of the client's last listing, if it is still kept; the entry itself may be over.</summary>
    public bool TryGet(in ClientKey client, [NotNullWhen(true)] out ListingRecord? record)
    {
        lock (_lock)
        {
            return _records.TryGetValue(client, out record);
        }
    }

    /// <summary>Forgets a client.</summary>
    public void Remove(in ClientKey client)
    {
        lock (_lock)
        {
            _records.Remove(client);
        }
    }
}
