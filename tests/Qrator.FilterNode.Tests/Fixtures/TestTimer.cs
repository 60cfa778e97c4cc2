namespace Qrator.FilterNode.Fixtures;

/// <summary>A timer that follows the jumps of its <see cref="TestTimeProvider"/>.</summary>
internal sealed class TestTimer : ITimer
{
    private readonly Lock _lock = new();
    private readonly TestTimeProvider _time;
    private readonly Timer _real;
    private long? _dueAt;
    private TimeSpan _period;

    public TestTimer(TestTimeProvider time, TimerCallback callback, object? state)
    {
        _time = time;
        _real = new(_ =>
        {
            Fired();
            callback(state);
        });
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _dueAt = dueTime == Timeout.InfiniteTimeSpan ? null : _time.GetTimestamp() + dueTime.Ticks;
            _period = period;
            Follow();
            return true;
        }
    }

    /// <summary>Looks at the clock, which may have jumped, again.</summary>
    public void Follow()
    {
        lock (_lock)
        {
            var left = _dueAt - _time.GetTimestamp();
            if (left is null || (left > 0 && _time.IsStanding))
            {
                _real.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
            else
            {
                // Rounded up, as timers count whole milliseconds and one that is early finds that its time has not come.
                _real.Change(TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, TimeSpan.FromTicks(left.Value).TotalMilliseconds))), _time.IsStanding ? Timeout.InfiniteTimeSpan : _period);
            }
        }
    }

    public void Dispose()
    {
        _time.Forget(this);
        lock (_lock)
        {
            _dueAt = null;
            _real.Dispose();
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    private void Fired()
    {
        lock (_lock)
        {
            _dueAt = _period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero ? null : _time.GetTimestamp() + _period.Ticks;
        }
    }
}
