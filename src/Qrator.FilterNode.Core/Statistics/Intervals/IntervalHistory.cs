namespace Qrator.FilterNode.Statistics.Intervals;

/// <summary>
/// The intervals of a service that are over: those of the last 31 days and of one day more, so that a month can be billed on the day after. An interval
/// that is not in it is a gap: nobody counted. Bounded by number, so that no step of the clock empties it. Safe for any number of threads.
/// </summary>
public sealed class IntervalHistory
{
    /// <summary>How many intervals are kept.</summary>
    public const int Most = 32 * 24 * 60 * 60 / IntervalTime.Seconds;

    private readonly Lock _lock = new();
    private readonly SortedList<long, byte[]> _intervals = [];
    private readonly HashSet<long> _unsaved = [];

    /// <summary>Whether what is on disk of the service is in it. For the thread that reads and writes the disk.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>Whether there is anything that <see cref="TakeUnsaved"/> would give.</summary>
    public bool HasUnsaved
    {
        get
        {
            lock (_lock)
            {
                return _unsaved.Count > 0;
            }
        }
    }

    /// <summary>How many intervals are kept now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _intervals.Count;
            }
        }
    }

    /// <summary>Adds what was counted in an interval; to what is there of it already, when the node was restarted within it or the clock was set back.</summary>
    public void Add(long start, IntervalCounts counts)
    {
        lock (_lock)
        {
            Merge(start, counts);
            _unsaved.Add(start);
            Shorten();
        }
    }

    /// <summary>Adds an interval as it was saved by an earlier run; false when the bytes are none.</summary>
    public bool Restore(long start, ReadOnlySpan<byte> saved)
    {
        if (IntervalTime.StartOf(start) != start || IntervalEncoding.Decode(saved) is not { } counts)
        {
            return false;
        }

        lock (_lock)
        {
            if (_intervals.TryGetValue(start, out var later))
            {
                counts.Add(IntervalEncoding.Decode(later)!);
                _unsaved.Add(start);
            }

            _intervals[start] = IntervalEncoding.Encode(counts);
            Shorten();
            return true;
        }
    }

    /// <summary>What was counted in an interval; null for a gap.</summary>
    public IntervalCounts? Find(long start)
    {
        lock (_lock)
        {
            return _intervals.TryGetValue(start, out var bytes) ? IntervalEncoding.Decode(bytes) : null;
        }
    }

    /// <summary>The intervals that begin at or after <paramref name="from"/> and before <paramref name="to"/>, in order, without the gaps.</summary>
    public IReadOnlyList<(long Start, IntervalCounts Counts)> Between(long from, long to)
    {
        var found = new List<(long, byte[])>();
        lock (_lock)
        {
            for (var i = FirstFrom(from); i < _intervals.Count && _intervals.Keys[i] < to; i++)
            {
                found.Add((_intervals.Keys[i], _intervals.Values[i]));
            }
        }

        return [.. found.Select(interval => (interval.Item1, IntervalEncoding.Decode(interval.Item2)!))];
    }

    /// <summary>Up to <paramref name="most"/> of the intervals that were added, or fell out (null), and were not given out since then.</summary>
    public IReadOnlyList<(long Start, byte[]? Bytes)> TakeUnsaved(int most)
    {
        lock (_lock)
        {
            var unsaved = _unsaved.Take(most).Select(start => (start, _intervals.GetValueOrDefault(start))).ToList();
            foreach (var (start, _) in unsaved)
            {
                _unsaved.Remove(start);
            }

            return unsaved;
        }
    }

    /// <summary>Nothing is known to be saved any more.</summary>
    public void ForgetSaved()
    {
        lock (_lock)
        {
            _unsaved.UnionWith(_intervals.Keys);
        }
    }

    private void Merge(long start, IntervalCounts counts)
    {
        if (_intervals.TryGetValue(start, out var earlier))
        {
            var sum = IntervalEncoding.Decode(earlier)!;
            sum.Add(counts);
            counts = sum;
        }

        _intervals[start] = IntervalEncoding.Encode(counts);
    }

    private void Shorten()
    {
        while (_intervals.Count > Most)
        {
            _unsaved.Add(_intervals.Keys[0]);
            _intervals.RemoveAt(0);
        }

        // Without a database nobody takes them. What a database has too much, it forgets when it is loaded.
        if (_unsaved.Count > 2 * Most)
        {
            _unsaved.RemoveWhere(start => !_intervals.ContainsKey(start));
        }
    }

    private int FirstFrom(long start)
    {
        var (low, high) = (0, _intervals.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _intervals.Keys[middle] < start ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
