using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>A family with its shards, which are made when the first entry comes. Safe for any number of threads.</summary>
internal sealed class KeyedListFamily<TKey> : ListFamily
    where TKey : unmanaged, IListKey<TKey>
{
    private readonly ListTotals _totals;
    private readonly ListShard<TKey>?[] _shards = new ListShard<TKey>?[Shards];

    public KeyedListFamily(ListTotals totals) => _totals = totals;

    public override int Capacity => _shards.Sum(shard => shard?.Capacity ?? 0);

    public bool Contains(in TKey key, uint now)
    {
        var hash = _totals.Hash(key);
        return Volatile.Read(ref _shards[hash >> ShardShift]) is { } shard && shard.Contains(key, hash, now);
    }

    public override AddResult Add(in ClientKey address, int bits, in ListAddition addition, out ListState after)
    {
        var key = TKey.Of(address, bits);
        var hash = _totals.Hash(key);
        return Shard(hash).Add(key, hash, addition, out after);
    }

    public override int ShardOf(in ClientKey address, int bits) => (int)(_totals.Hash(TKey.Of(address, bits)) >> ShardShift);

    public override void Restore(int shard, Span<RestoredEntry> entries, ReadOnlySpan<int> mine, bool history, uint now, long since) =>
        Shard((ulong)shard << ShardShift).Restore(entries, mine, history, now, since);

    public override bool Remove(in ClientKey address, int bits, uint now, out bool wasLive)
    {
        var key = TKey.Of(address, bits);
        var hash = _totals.Hash(key);
        wasLive = false;
        return Volatile.Read(ref _shards[hash >> ShardShift]) is { } shard && shard.Remove(key, hash, now, out wasLive);
    }

    public override bool TryGet(in ClientKey address, int bits, out ListState found)
    {
        var key = TKey.Of(address, bits);
        var hash = _totals.Hash(key);
        found = default;
        return Volatile.Read(ref _shards[hash >> ShardShift]) is { } shard && shard.TryGet(key, hash, out found);
    }

    public override int RemoveRetired(uint now) => _shards.Sum(shard => shard?.RemoveRetired(now) ?? 0);

    public override IEnumerable<(ClientKey Address, int SubnetBits)> Flush(uint now)
    {
        var removed = new List<TKey>();
        foreach (var shard in _shards)
        {
            shard?.Flush(now, removed);
        }

        return removed.Select(key => (key.Address, key.SubnetBits));
    }

    public override IEnumerable<(ClientKey Address, int SubnetBits, ListState State)> Live(uint now, Skipped skip)
    {
        var entries = new List<(TKey Key, ListState State)>();
        foreach (var shard in _shards)
        {
            if (shard is null || PassesOver(shard, now, skip))
            {
                continue;
            }

            // In the order of the hashes, which a rebuild does not change.
            entries.Clear();
            shard.CopyTo(entries, now);
            entries.Sort((left, right) => _totals.Hash(left.Key).CompareTo(_totals.Hash(right.Key)));
            var first = Math.Min(skip.Left, entries.Count);
            skip.Left -= first;
            for (var i = first; i < entries.Count; i++)
            {
                yield return (entries[i].Key.Address, entries[i].Key.SubnetBits, entries[i].State);
            }
        }
    }

    /// <summary>The keys that readers can find, and those whose time is over but not seen yet. Locks one shard at a time, while its keys are copied.</summary>
    public IEnumerable<TKey> Counted()
    {
        var keys = new List<TKey>();
        foreach (var shard in _shards)
        {
            keys.Clear();
            shard?.CopyCounted(keys);
            foreach (var key in keys)
            {
                yield return key;
            }
        }
    }

    public override bool Sweep(int shard, uint now, ref int budget) => Volatile.Read(ref _shards[shard])?.Sweep(now, ref budget) ?? true;

    private static bool PassesOver(ListShard<TKey> shard, uint now, Skipped skip)
    {
        if (skip.Left == 0)
        {
            return false;
        }

        var live = shard.CountLive(now);
        if (live > skip.Left)
        {
            return false;
        }

        skip.Left -= live;
        return true;
    }

    private ListShard<TKey> Shard(ulong hash)
    {
        ref var shard = ref _shards[hash >> ShardShift];
        if (Volatile.Read(ref shard) is null)
        {
            Interlocked.CompareExchange(ref shard, new(_totals), null);
        }

        return shard!;
    }
}
