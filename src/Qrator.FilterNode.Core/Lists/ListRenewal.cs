using System.Runtime.CompilerServices;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// What is still needed of a table at a moment: entries that are live, and of those that are over what is remembered. MUST be used under the lock of
/// the shard.
/// </summary>
internal readonly ref struct ListRenewal<TKey>
    where TKey : unmanaged, IListKey<TKey>
{
    private readonly ListTotals _totals;
    private readonly ListTable<TKey> _table;
    private readonly uint _now;
    private readonly bool _isTooMuch;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ListRenewal(ListTotals totals, ListTable<TKey> table, uint now)
    {
        _totals = totals;
        _table = table;
        _now = now;
        var (live, remembered) = (0, 0);
        for (var index = 0; index < table.Capacity; index++)
        {
            if (table.IsUsed(index))
            {
                live += table.End(index) > now ? 1 : 0;
                remembered += IsRemembered(index) ? 1 : 0;
            }
        }

        // Bounded like the entries themselves; beyond that an offender counts as new rather than memory growing with the attack.
        _isTooMuch = remembered > totals.HistoryOfShard;
        Kept = live + Math.Min(remembered, totals.HistoryOfShard);
    }

    /// <summary>How many entries are needed.</summary>
    public int Kept { get; }

    /// <summary>
    /// Whether the table is to be made smaller: what is left after many entries have ended may take no more memory each than what a table takes that
    /// grows.
    /// </summary>
    public bool IsWorthShrinking => Kept * 7L / 4 <= _table.Capacity && ListTable<TKey>.CapacityFor(Kept) < _table.Capacity;

    /// <summary>Counts what is over out, and returns a table of what is needed, with room for <paramref name="more"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ListTable<TKey> Move(int more)
    {
        var history = new ListHistory(_isTooMuch ? stackalloc int[ListHistory.Size] : [], _now);
        for (var index = 0; _isTooMuch && index < _table.Capacity; index++)
        {
            if (IsRemembered(index))
            {
                history.Count(_table.Record(index).Created);
            }
        }

        history.Bound(_totals.HistoryOfShard);
        var next = ListTable<TKey>.For(Kept + more);
        for (var index = 0; index < _table.Capacity; index++)
        {
            if (!_table.IsUsed(index))
            {
                continue;
            }

            var isLive = _table.End(index) > _now;
            ref var record = ref _table.Record(index);
            if (!isLive && _table.IsCounted(index))
            {
                _totals.Give(_table.Key(index), record.Cause, ListChange.Expired);
            }

            if (isLive || (IsRemembered(index) && history.Keeps(record.Created)))
            {
                var key = _table.Key(index);

                // Threads may come with an older now than the one that has counted the entry out.
                next.Add(key, _totals.Hash(key), _table.End(index), record, isCounted: isLive && _table.IsCounted(index));
            }
        }

        return next;
    }

    private bool IsRemembered(int index) =>
        _table.IsUsed(index) && _table.End(index) <= _now && ListHistory.IsPartOf(_table.End(index), _table.Record(index).Created, _now);
}
