using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>Walks over the rows in small steps and removes those that memory knows nothing of: their time is over, or they were cleared. One thread at a time.</summary>
internal sealed class StateWalk
{
    private const int Step = 5_000;
    private static readonly long Pause = TimeSpan.FromMinutes(1).Ticks;

    private readonly List<StateRow> _rows = new(Step);
    private StateRow? _last;
    private long _nextRound = long.MinValue;

    /// <summary>Whether there is a step to make.</summary>
    public bool IsDue(long now) => _last is not null || now >= _nextRound;

    /// <summary>Starts from the first row.</summary>
    public void StartOver() => (_last, _nextRound) = (null, long.MinValue);

    /// <summary>One step, in the transaction of the caller.</summary>
    /// <param name="database">The rows.</param>
    /// <param name="services">The lists of the services that there are.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public void Advance(StateDatabase database, IReadOnlyDictionary<string, ServiceLists> services, long now)
    {
        database.ReadPage(_last, _rows, Step);
        foreach (var row in _rows)
        {
            if (!IsKnown(row, database, services, now))
            {
                database.Remove(row);
            }
        }

        _last = _rows.Count == Step ? _rows[^1] : null;
        _nextRound = _last is null ? now + Pause : _nextRound;
    }

    private static bool IsKnown(in StateRow row, StateDatabase database, IReadOnlyDictionary<string, ServiceLists> services, long now)
    {
        if (!row.HasCause || !database.Numbers.TryList(row.List, out var list) || !services.TryGetValue(list.Service, out var lists))
        {
            return false;
        }

        // One client has one row, also when clients were told apart by another prefix before.
        var entries = lists.Of(list.Kind);
        return entries.KeyFor(row.Key) == row.Key && entries.TryRecall(row.Key, now, out _);
    }
}
