using System.Numerics;
using System.Runtime.CompilerServices;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// A part of a list: a table that readers use without a lock. Writers hold the shard's lock, for nanoseconds, or for the rebuild of this one
/// shard, which moves what is live into a new table.
/// </summary>
internal sealed class ListShard<TKey>
    where TKey : unmanaged, IListKey<TKey>
{
    private const byte MostOffences = 16;

    private readonly ListTotals _totals;
    private readonly Lock _lock = new();
    private ListTable<TKey> _table = ListTable<TKey>.Empty;
    private int _cursor;

    public ListShard(ListTotals totals) => _totals = totals;

    public int Capacity => Volatile.Read(ref _table).Capacity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(in TKey key, ulong hash, uint now) => Volatile.Read(ref _table).Holds(key, hash, now);

    public bool TryGet(in TKey key, ulong hash, out ListState found)
    {
        lock (_lock)
        {
            var index = _table.Find(key, hash);
            found = index < 0 ? default : StateOf(index);
            return index >= 0 && found.Expires > ListTime.Removed;
        }
    }

    public AddResult Add(in TKey key, ulong hash, in ListAddition addition, out ListState after)
    {
        lock (_lock)
        {
            after = default;
            var index = _table.Find(key, hash);
            var live = index >= 0 && IsLive(index, addition.Now);
            var result = IsOver(key, addition) ? AddResult.Unchanged
                : live ? Prolong(index, addition)
                : Enter(key, hash, ref index, addition);
            after = result == AddResult.Refused || index < 0 ? default : StateOf(index);
            return result;
        }
    }

    /// <summary>
    /// Puts entries of an earlier run back, and marks those that it did: the key was not known, and something is left of the entry. A million come before
    /// the first request, before any method is compiled well by itself.
    /// </summary>
    /// <param name="entries">All that are to be put back.</param>
    /// <param name="mine">The places of those of this shard.</param>
    /// <param name="history">Whether entries that are over can double the next.</param>
    /// <param name="now">A moment of <see cref="ListTime"/>.</param>
    /// <param name="since">A client that was removed at this moment of the node's clock or later is not put back.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Restore(Span<RestoredEntry> entries, ReadOnlySpan<int> mine, bool history, uint now, long since)
    {
        lock (_lock)
        {
            var (source, counted) = (default(ListSource), 0);
            MakeRoom(now, mine.Length);
            foreach (var place in mine)
            {
                ref var entry = ref entries[place];
                var key = TKey.Of(entry.Address, entry.KeyBits);
                var hash = _totals.Hash(key);
                var state = entry.State;
                var live = state.Expires > now;
                if ((!live && !(history && ListHistory.IsPartOf(state.Expires, state.Created, now)))
                    || _totals.Removals.Cover(entry.Address, since)
                    || _table.Find(key, hash) >= 0)
                {
                    continue;
                }

                if (live)
                {
                    if (entry.Source != source)
                    {
                        _totals.TakeRestored(source, counted);
                        (source, counted) = (entry.Source, 0);
                    }

                    counted++;
                    _totals.Enter(key);
                }

                var record = new ListRecord { Created = state.Created, Cause = state.Cause, Offences = Math.Min(state.Offences, MostOffences) };
                _table.Add(key, hash, state.Expires, record, isCounted: live);
                entry.IsRestored = true;
            }

            _totals.TakeRestored(source, counted);
        }
    }

    /// <summary>Takes a key off the list and forgets it. False when nothing was known of it.</summary>
    public bool Remove(in TKey key, ulong hash, uint now, out bool wasLive)
    {
        lock (_lock)
        {
            var index = _table.Find(key, hash);
            wasLive = index >= 0 && IsLive(index, now);
            var known = index >= 0 && _table.End(index) > ListTime.Removed;
            if (known)
            {
                Clear(index, wasLive);
            }

            return known;
        }
    }

    public int RemoveRetired(uint now)
    {
        var removed = 0;
        lock (_lock)
        {
            for (var index = 0; index < _table.Capacity; index++)
            {
                if (IsKnown(index) && _totals.Cause(_table.Record(index).Cause).Retired)
                {
                    var live = IsLive(index, now);
                    removed += live ? 1 : 0;
                    Clear(index, live);
                }
            }
        }

        return removed;
    }

    /// <summary>Takes everything off the list and forgets it. Adds the keys that were on it to <paramref name="removed"/>.</summary>
    public void Flush(uint now, List<TKey> removed)
    {
        lock (_lock)
        {
            for (var index = 0; index < _table.Capacity; index++)
            {
                if (IsKnown(index))
                {
                    var live = IsLive(index, now);
                    if (live)
                    {
                        removed.Add(_table.Key(index));
                    }

                    Clear(index, live);
                }
            }

            Replace(ListTable<TKey>.Empty);
        }
    }

    public int CountLive(uint now)
    {
        lock (_lock)
        {
            return _table.CountLive(now);
        }
    }

    /// <summary>Adds what ends after <paramref name="now"/> to a list.</summary>
    public void CopyTo(List<(TKey Key, ListState State)> entries, uint now)
    {
        lock (_lock)
        {
            for (var index = 0; index < _table.Capacity; index++)
            {
                if (_table.IsUsed(index) && _table.End(index) > now)
                {
                    entries.Add((_table.Key(index), StateOf(index)));
                }
            }
        }
    }

    /// <summary>Adds the keys whose entries are in the counts to a list.</summary>
    public void CopyCounted(List<TKey> keys)
    {
        lock (_lock)
        {
            for (var index = 0; index < _table.Capacity; index++)
            {
                if (_table.IsCounted(index))
                {
                    keys.Add(_table.Key(index));
                }
            }
        }
    }

    /// <summary>Looks at up to <paramref name="budget"/> slots from where the last call stopped; true when the end was reached.</summary>
    public bool Sweep(uint now, ref int budget)
    {
        lock (_lock)
        {
            for (; _cursor < _table.Groups && budget > 0; _cursor++, budget -= ListTable<TKey>.Slots)
            {
                SweepGroup(_cursor, now);
            }

            if (_cursor < _table.Groups)
            {
                return false;
            }

            _cursor = 0;
            var renewal = new ListRenewal<TKey>(_totals, _table, now);
            if (renewal.IsWorthShrinking)
            {
                Replace(renewal.Move(more: 0));
            }

            return true;
        }
    }

    private void SweepGroup(int group, uint now)
    {
        var ended = _table.EndedOf(group, now);
        for (var left = ended; left != 0; left &= left - 1)
        {
            Uncount((group * ListTable<TKey>.Slots) + BitOperations.TrailingZeroCount(left), ListChange.Expired);
        }

        if (_table.IsDue(group, now))
        {
            _table.RefreshSoonestEnd(group);
        }
    }

    private bool IsOver(in TKey key, in ListAddition addition) =>
        addition.Cause.Retired || (!addition.IsManual && _totals.Removals.Cover(key.Address, addition.Arrived));

    private AddResult Enter(in TKey key, ulong hash, ref int index, in ListAddition addition)
    {
        if (index >= 0)
        {
            Uncount(index, ListChange.Expired);
        }

        if (!_totals.TryTake(key, addition.Cause.Source, ListChange.Added, addition.IsManual))
        {
            return AddResult.Refused;
        }

        var entry = new ListRecord { Created = addition.Now, Cause = addition.Cause.Index };
        if (index < 0)
        {
            MakeRoom(addition.Now);
            index = _table.Add(key, hash, addition.ExpiresAfter(0), entry, isCounted: true);
            return AddResult.Added;
        }

        ref var record = ref _table.Record(index);
        if (addition.Repeats && ListHistory.IsPartOf(_table.End(index), record.Created, addition.Now))
        {
            entry.Offences = (byte)Math.Min(record.Offences + 1, MostOffences);
        }

        record = entry;
        _table.Count(index, addition.ExpiresAfter(entry.Offences));
        return AddResult.Added;
    }

    private AddResult Prolong(int index, in ListAddition addition)
    {
        ref var record = ref _table.Record(index);
        var end = _table.End(index);
        var asked = addition.ExpiresAfter(record.Offences);
        var sameCause = record.Cause == addition.Cause.Index;
        if (end == ListTime.Permanent || (addition.IsManual ? sameCause && asked <= end : sameCause || asked <= end))
        {
            return AddResult.Unchanged;
        }

        _totals.Moved(record.Cause, addition.Cause.Source);
        record.Cause = addition.Cause.Index;
        _table.Prolong(index, Math.Max(asked, end));
        return AddResult.Extended;
    }

    private void MakeRoom(uint now, int more = 1)
    {
        if (!_table.HasRoomFor(more))
        {
            Replace(new ListRenewal<TKey>(_totals, _table, now).Move(more));
        }
    }

    private void Replace(ListTable<TKey> table)
    {
        _cursor = 0;
        Volatile.Write(ref _table, table);
    }

    // Also with a now that is older than that of the sweep which has counted the entry out.
    private bool IsLive(int index, uint now) => _table.IsCounted(index) && _table.End(index) > now;

    private bool IsKnown(int index) => _table.IsUsed(index) && _table.End(index) > ListTime.Removed;

    private ListState StateOf(int index)
    {
        ref var record = ref _table.Record(index);
        return new(_table.End(index), record.Created, record.Cause, record.Offences);
    }

    private void Clear(int index, bool wasLive)
    {
        Uncount(index, wasLive ? ListChange.Removed : ListChange.Expired);
        _table.Forget(index);
    }

    private void Uncount(int index, ListChange change)
    {
        if (_table.IsCounted(index))
        {
            _table.Uncount(index);
            _totals.Give(_table.Key(index), _table.Record(index).Cause, change);
        }
    }
}
