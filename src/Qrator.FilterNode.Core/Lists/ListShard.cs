namespace Qrator.FilterNode.Lists;

/// <summary>
/// A part of a list: an open-addressing hash table with linear probing (Knuth, The Art of Computer Programming 3, section 6.4, algorithm L).
/// Readers take no lock: a slot's key is written once and published by its expiry, and a rebuild makes a new array. Writers
/// hold the shard's lock, for nanoseconds, or for the rebuild of this one shard.
/// </summary>
internal sealed class ListShard<TKey>
    where TKey : unmanaged, IEquatable<TKey>
{
    private const int SmallestCapacity = 8;
    private const uint Day = 24 * 60 * 60 * 10;
    private const byte MostOffences = 16;

    private readonly ListTotals _totals;
    private readonly Lock _lock = new();
    private Slot<TKey>[] _slots = [];
    private int _used;
    private int _cursor;

    public ListShard(ListTotals totals) => _totals = totals;

    public int Capacity => Volatile.Read(ref _slots).Length;

    public bool Contains(TKey key, ulong hash, uint now)
    {
        var slots = Volatile.Read(ref _slots);
        if (slots.Length == 0)
        {
            return false;
        }

        for (var i = First(hash, slots.Length); ; i = i + 1 == slots.Length ? 0 : i + 1)
        {
            ref var slot = ref slots[i];
            var expires = Volatile.Read(ref slot.Expires);
            if (expires == ListTime.Free)
            {
                return false;
            }

            if (slot.Key.Equals(key))
            {
                return expires > now;
            }
        }
    }

    public bool TryGet(TKey key, ulong hash, out Slot<TKey> found)
    {
        lock (_lock)
        {
            var index = Find(key, hash);
            found = index < 0 ? default : _slots[index];
            return index >= 0;
        }
    }

    public AddResult Add(TKey key, ulong hash, in ListAddition addition, out uint expires)
    {
        lock (_lock)
        {
            var index = Find(key, hash);
            var live = index >= 0 && _slots[index].Expires > addition.Now;
            expires = live ? _slots[index].Expires : addition.ExpiresAfter(0);
            if (addition.Cause.Retired)
            {
                return AddResult.Unchanged;
            }

            if (live)
            {
                return Prolong(ref _slots[index], addition, ref expires);
            }

            if (index >= 0)
            {
                Uncount(ref _slots[index], ListChange.Expired);
            }

            if (!_totals.TryTake(addition.Cause.Source, addition.Forced))
            {
                return AddResult.Refused;
            }

            index = index >= 0 ? index : Claim(key, hash, addition.Now);
            ref var slot = ref _slots[index];
            var again = addition.Repeats && slot.Expires > ListTime.Removed && slot.Created + Day > addition.Now;
            slot.Offences = again ? (byte)Math.Min(slot.Offences + 1, MostOffences) : (byte)0;
            slot.Created = addition.Now;
            slot.Cause = addition.Cause.Index;
            slot.Counted = 1;
            expires = addition.ExpiresAfter(slot.Offences);
            Volatile.Write(ref slot.Expires, expires);
            return AddResult.Added;
        }
    }

    public bool Remove(TKey key, ulong hash, uint now)
    {
        lock (_lock)
        {
            var index = Find(key, hash);
            if (index < 0)
            {
                return false;
            }

            var live = _slots[index].Expires > now;
            Clear(ref _slots[index], live ? ListChange.Removed : ListChange.Expired);
            return live;
        }
    }

    public int RemoveRetired(uint now)
    {
        var removed = 0;
        lock (_lock)
        {
            foreach (ref var slot in _slots.AsSpan())
            {
                if (slot.Expires > ListTime.Removed && _totals.Cause(slot.Cause).Retired)
                {
                    var live = slot.Expires > now;
                    removed += live ? 1 : 0;
                    Clear(ref slot, live ? ListChange.Removed : ListChange.Expired);
                }
            }
        }

        return removed;
    }

    /// <summary>Looks at up to <paramref name="budget"/> slots from where the last call stopped; true when the end was reached.</summary>
    public bool Sweep(uint now, ref int budget)
    {
        lock (_lock)
        {
            var end = _cursor + Math.Min(_slots.Length - _cursor, budget);
            budget -= end - _cursor;
            for (; _cursor < end; _cursor++)
            {
                ref var slot = ref _slots[_cursor];
                if (slot.Expires <= now)
                {
                    Uncount(ref slot, ListChange.Expired);
                }
            }

            if (_cursor < _slots.Length)
            {
                return false;
            }

            _cursor = 0;
            var kept = CountKept(now, out var withHistory);
            if (kept < _used / 2)
            {
                Rebuild(kept, now, withHistory);
            }

            return true;
        }
    }

    private static int First(ulong hash, int capacity) => (int)(((hash & uint.MaxValue) * (uint)capacity) >> 32);

    // An entry that is over is remembered while it can still double the next.
    private static bool IsHistory(in Slot<TKey> slot, uint now) => slot.Expires > ListTime.Removed && slot.Created + Day > now;

    private AddResult Prolong(ref Slot<TKey> slot, in ListAddition addition, ref uint expires)
    {
        var asked = addition.ExpiresAfter(slot.Offences);
        if (slot.Expires == ListTime.Permanent || slot.Cause == addition.Cause.Index || asked <= slot.Expires)
        {
            return AddResult.Unchanged;
        }

        _totals.Moved(slot.Cause, addition.Cause.Source);
        slot.Cause = addition.Cause.Index;
        expires = asked;
        Volatile.Write(ref slot.Expires, asked);
        return AddResult.Extended;
    }

    private int Find(TKey key, ulong hash)
    {
        if (_slots.Length == 0)
        {
            return -1;
        }

        for (var i = First(hash, _slots.Length); ; i = i + 1 == _slots.Length ? 0 : i + 1)
        {
            if (_slots[i].Expires == ListTime.Free)
            {
                return -1;
            }

            if (_slots[i].Key.Equals(key))
            {
                return i;
            }
        }
    }

    private int Claim(TKey key, ulong hash, uint now)
    {
        // Between half and three quarters full: short probes, and never more than two slots an entry.
        if (_used + 1 > _slots.Length / 4 * 3)
        {
            var kept = CountKept(now, out var withHistory);
            Rebuild(kept + 1, now, withHistory);
        }

        var index = First(hash, _slots.Length);
        while (_slots[index].Expires != ListTime.Free)
        {
            index = index + 1 == _slots.Length ? 0 : index + 1;
        }

        _slots[index].Key = key;
        _used++;
        return index;
    }

    private int CountKept(uint now, out bool withHistory)
    {
        var (live, history) = (0, 0);
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (slot.Expires > now)
            {
                live++;
            }
            else if (IsHistory(slot, now))
            {
                history++;
            }
        }

        // Bounded like the entries themselves; beyond that an offender counts as new rather than memory growing with the attack.
        withHistory = history <= _totals.HistoryOfShard;
        return live + (withHistory ? history : 0);
    }

    private void Rebuild(int expected, uint now, bool withHistory)
    {
        var old = _slots;
        var slots = expected == 0 ? [] : new Slot<TKey>[Math.Max(SmallestCapacity, ((expected * 2) + 3) & ~3)];
        _used = 0;
        foreach (ref var slot in old.AsSpan())
        {
            if (slot.Expires > now || (withHistory && IsHistory(slot, now)))
            {
                var index = First(_totals.Hash(slot.Key), slots.Length);
                while (slots[index].Expires != ListTime.Free)
                {
                    index = index + 1 == slots.Length ? 0 : index + 1;
                }

                slots[index] = slot;
                _used++;
            }
            else
            {
                Uncount(ref slot, ListChange.Expired);
            }
        }

        _cursor = 0;
        Volatile.Write(ref _slots, slots);
    }

    private void Clear(ref Slot<TKey> slot, ListChange change)
    {
        Uncount(ref slot, change);
        slot.Offences = 0;
        Volatile.Write(ref slot.Expires, ListTime.Removed);
    }

    private void Uncount(ref Slot<TKey> slot, ListChange change)
    {
        if (slot.Counted == 1)
        {
            slot.Counted = 0;
            _totals.Give(slot.Cause, change);
        }
    }
}
