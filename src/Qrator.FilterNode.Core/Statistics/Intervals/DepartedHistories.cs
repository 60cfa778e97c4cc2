namespace Qrator.FilterNode.Statistics.Intervals;

/// <summary>
/// The intervals of services that were taken out of the configuration, until they are on disk or their service comes back. Bounded: those of the
/// services that left first are dropped. Safe for any number of threads.
/// </summary>
public sealed class DepartedHistories
{
    /// <summary>Of how many services.</summary>
    public const int Most = 16;

    private readonly Lock _lock = new();
    private readonly List<(string Service, IntervalHistory History)> _all = [];

    /// <summary>All of them now.</summary>
    public IReadOnlyList<(string Service, IntervalHistory History)> All
    {
        get
        {
            lock (_lock)
            {
                return _all.Count == 0 ? [] : [.. _all];
            }
        }
    }

    /// <summary>A service is gone.</summary>
    public void Add(string service, IntervalHistory history)
    {
        lock (_lock)
        {
            _all.Add((service, history));
            if (_all.Count > Most)
            {
                _all.RemoveAt(0);
            }
        }
    }

    /// <summary>The service comes back: what it had, if it is still here.</summary>
    public IntervalHistory? Take(string service)
    {
        lock (_lock)
        {
            var found = _all.FindIndex(departed => string.Equals(departed.Service, service, StringComparison.OrdinalIgnoreCase));
            if (found < 0)
            {
                return null;
            }

            var history = _all[found].History;
            _all.RemoveAt(found);
            return history;
        }
    }

    /// <summary>What a service had is on disk.</summary>
    public void Forget(IntervalHistory history)
    {
        lock (_lock)
        {
            _all.RemoveAll(departed => departed.History == history);
        }
    }
}
