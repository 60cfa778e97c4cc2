namespace Qrator.FilterNode.Statistics.Intervals;

/// <summary>
/// The statistics of one service in intervals. The counters go on for ever; an interval is the difference of two readings, so that nothing is lost and
/// nothing is counted twice, whatever the wall clock does: when it is set, the interval under way ends at that moment, and what comes is counted for the
/// interval that the clock names then, where it adds to what is there. Intervals that the clock leaps over are gaps. Safe for any number of threads.
/// </summary>
public sealed class ServiceStatistics
{
    private readonly Lock _lock = new();
    private readonly Func<IntervalCounts> _read;
    private IntervalCounts _before = new();
    private long? _start;

    /// <summary>Begins with the first <see cref="Tick"/>.</summary>
    /// <param name="read">Reads the counters of the service, which never go back.</param>
    /// <param name="history">What an earlier service of this name had; null for nothing.</param>
    public ServiceStatistics(Func<IntervalCounts> read, IntervalHistory? history = null) => (_read, History) = (read, history ?? new());

    /// <summary>The intervals that are over.</summary>
    public IntervalHistory History { get; }

    /// <summary>Ends the interval under way when the clock is in another. To be called every second; the change of intervals is as exact as that.</summary>
    public void Tick(DateTimeOffset now)
    {
        lock (_lock)
        {
            MoveTo(IntervalTime.StartOf(now));
        }
    }

    /// <summary>The interval under way: its start in Unix seconds, and what it has so far.</summary>
    public (long Start, IntervalCounts Counts) Current(DateTimeOffset now)
    {
        lock (_lock)
        {
            var start = IntervalTime.StartOf(now);
            MoveTo(start);
            var counts = _read().Since(_before);

            // Of an interval that the node was restarted in, or that the clock was set back into, a part is in the history.
            if (History.Find(start) is { } part)
            {
                part.Add(counts);
                counts = part;
            }

            return (start, counts);
        }
    }

    /// <summary>Puts what there is of the interval under way into the history. What comes later adds to it.</summary>
    public void Close(DateTimeOffset now)
    {
        lock (_lock)
        {
            MoveTo(IntervalTime.StartOf(now));
            End(_start!.Value);
        }
    }

    /// <summary>The service is gone: puts what there is of the interval under way into the history, where what it has when it comes back adds to it.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (_start is { } under)
            {
                End(under);
                _start = null;
            }
        }
    }

    private void MoveTo(long start)
    {
        if (_start is { } under && under != start)
        {
            End(under);
        }

        _start = start;
    }

    private void End(long start)
    {
        var now = _read();
        History.Add(start, now.Since(_before));
        _before = now;
    }
}
