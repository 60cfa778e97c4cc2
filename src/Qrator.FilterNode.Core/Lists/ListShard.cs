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

    public bool Contains(in TKey key, ulong hash, uint now) => Volatile.Read(ref _table).ExpiryOf(key, hash) > now;

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
            var live = index >= 0 && _table.Slot(index).Expires > addition.Now;
            var result = IsOver(key, addition) ? AddResult.Unchanged
                : live ? Prolong(index, addition)
                : Enter(key, hash, ref index, addition);
            after = result == AddResult.Refused || index < 0 ? default : StateOf(index);
            return result;
        }
    }

    /// <summary>Puts an entry of an earlier run back. False when the key is on the list already, or nothing is left to remember.</summary>
    public bool Restore(in TKey key, ulong hash, in ListState state, bool history, uint now)
    {
        lock (_lock)
        {
            var live = state.Expires > now;
            if (_table.Find(key, hash) >= 0 || (!live && !(history && ListHistory.IsPartOf(state.Expires, state.Created, now))))
            {
                return false;
            }

            if (live)
            {
                _totals.TryTake(key, _totals.Cause(state.Cause).Source, ListChange.Restored, forced: true);
            }

            MakeRoom(now);
            _table.Add(key, hash, state.Expires, new()
            {
                Created = state.Created, Cause = state.Cause, Offences = Math.Min(state.Offences, MostOffences), Counted = (byte)(live ? 1 : 0),
            });
            return true;
        }
    }

    /// <summary>Takes a key off the list and forgets it. False when nothing was known of it.</summary>
    public bool Remove(in TKey key, ulong hash, uint now, out bool wasLive)
    {
        lock (_lock)
        {
            var index = _table.Find(key, hash);
            wasLive = index >= 0 && _table.Slot(index).Expires > now;
            var known = index >= 0 && _table.Slot(index).Expires > ListTime.Removed;
            if (known)
            {
                Clear(index, wasLive ? ListChange.Removed : ListChange.Expired);
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
                if (_table.IsUsed(index) && _table.Slot(index).Expires > ListTime.Removed && _totals.Cause(_table.Record(index).Cause).Retired)
                {
                    var live = _table.Slot(index).Expires > now;
                    removed += live ? 1 : 0;
                    Clear(index, live ? ListChange.Removed : ListChange.Expired);
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
                if (_table.IsUsed(index) && _table.Slot(index).Expires > ListTime.Removed)
                {
                    var live = _table.Slot(index).Expires > now;
                    if (live)
                    {
                        removed.Add(_table.Slot(index).Key);
                    }

                    Clear(index, live ? ListChange.Removed : ListChange.Expired);
                }
            }

            _cursor = 0;
            Volatile.Write(ref _table, ListTable<TKey>.Empty);
        }
    }

    public int CountLive(uint now)
    {
        lock (_lock)
        {
            var live = 0;
            for (var index = 0; index < _table.Capacity; index++)
            {
                live += _table.IsUsed(index) && _table.Slot(index).Expires > now ? 1 : 0;
            }

            return live;
        }
    }

    /// <summary>Adds what is live to a list.</summary>
    public void CopyTo(List<(TKey Key, ListState State)> entries, uint now)
    {
        lock (_lock)
        {
            for (var index = 0; index < _table.Capacity; index++)
            {
                if (_table.IsUsed(index) && _table.Slot(index).Expires > now)
                {
                    entries.Add((_table.Slot(index).Key, StateOf(index)));
                }
            }
        }
    }

    /// <summary>Looks at up to <paramref name="budget"/> slots from where the last call stopped; true when the end was reached.</summary>
    public bool Sweep(uint now, ref int budget)
    {
        lock (_lock)
        {
            var end = _cursor + Math.Min(_table.Capacity - _cursor, budget);
            budget -= end - _cursor;
            for (; _cursor < end; _cursor++)
            {
                if (_table.IsUsed(_cursor) && _table.Slot(_cursor).Expires <= now)
                {
                    Uncount(_cursor, ListChange.Expired);
                }
            }

            if (_cursor < _table.Capacity)
            {
                return false;
            }

            _cursor = 0;
            Shrink(now);
            return true;
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

        var entry = new ListRecord { Created = addition.Now, Cause = addition.Cause.Index, Counted = 1 };
        if (index < 0)
        {
            MakeRoom(addition.Now);
            _table.Add(key, hash, addition.ExpiresAfter(0), entry);
            index = _table.Find(key, hash);
            return AddResult.Added;
        }

        ref var slot = ref _table.Slot(index);
        ref var record = ref _table.Record(index);
        if (addition.Repeats && ListHistory.IsPartOf(slot.Expires, record.Created, addition.Now))
        {
            entry.Offences = (byte)Math.Min(record.Offences + 1, MostOffences);
        }

        record = entry;
        Volatile.Write(ref slot.Expires, addition.ExpiresAfter(entry.Offences));
        return AddResult.Added;
    }

    private AddResult Prolong(int index, in ListAddition addition)
    {
        ref var slot = ref _table.Slot(index);
        ref var record = ref _table.Record(index);
        var asked = addition.ExpiresAfter(record.Offences);
        var sameCause = record.Cause == addition.Cause.Index;
        if (slot.Expires == ListTime.Permanent || (addition.IsManual ? sameCause && asked <= slot.Expires : sameCause || asked <= slot.Expires))
        {
            return AddResult.Unchanged;
        }

        _totals.Moved(record.Cause, addition.Cause.Source);
        record.Cause = addition.Cause.Index;
        Volatile.Write(ref slot.Expires, Math.Max(asked, slot.Expires));
        return AddResult.Extended;
    }

    private void MakeRoom(uint now)
    {
        if (_table.IsFull)
        {
            var history = new ListHistory(stackalloc int[ListHistory.Size], now);
            Rebuild(CountKept(now, ref history) + 1, now, ref history);
        }
    }

    // What is left after many entries have ended may take no more than 32 bytes each, like those of a table that grows.
    private void Shrink(uint now)
    {
        var history = new ListHistory(stackalloc int[ListHistory.Size], now);
        var kept = CountKept(now, ref history);
        if (kept * 2 <= _table.Capacity && ListTable<TKey>.CapacityFor(kept) < _table.Capacity)
        {
            Rebuild(kept, now, ref history);
        }
    }

    private int CountKept(uint now, ref ListHistory history)
    {
        var live = 0;
        for (var index = 0; index < _table.Capacity; index++)
        {
            if (_table.IsUsed(index))
            {
                var expires = _table.Slot(index).Expires;
                if (expires > now)
                {
                    live++;
                }
                else if (ListHistory.IsPartOf(expires, _table.Record(index).Created, now))
                {
                    history.Count(_table.Record(index).Created);
                }
            }
        }

        // Bounded like the entries themselves; beyond that an offender counts as new rather than memory growing with the attack.
        return live + history.Bound(_totals.HistoryOfShard);
    }

    private void Rebuild(int expected, uint now, ref ListHistory history)
    {
        var table = ListTable<TKey>.For(expected);
        for (var index = 0; index < _table.Capacity; index++)
        {
            if (!_table.IsUsed(index))
            {
                continue;
            }

            ref var slot = ref _table.Slot(index);
            var created = _table.Record(index).Created;
            if (slot.Expires <= now)
            {
                Uncount(index, ListChange.Expired);
            }

            if (slot.Expires > now || (ListHistory.IsPartOf(slot.Expires, created, now) && history.Keeps(created)))
            {
                table.Add(slot.Key, _totals.Hash(slot.Key), slot.Expires, _table.Record(index));
            }
        }

        _cursor = 0;
        Volatile.Write(ref _table, table);
    }

    private ListState StateOf(int index)
    {
        ref var record = ref _table.Record(index);
        return new(_table.Slot(index).Expires, record.Created, record.Cause, record.Offences);
    }

    private void Clear(int index, ListChange change)
    {
        Uncount(index, change);
        _table.Record(index).Offences = 0;
        Volatile.Write(ref _table.Slot(index).Expires, ListTime.Removed);
    }

    private void Uncount(int index, ListChange change)
    {
        ref var record = ref _table.Record(index);
        if (record.Counted == 1)
        {
            record.Counted = 0;
            _totals.Give(_table.Slot(index).Key, record.Cause, change);
        }
    }
}
