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
            return _real.Change(dueTime, period);
        }
    }

    /// <summary>The clock jumped.</summary>
    public void Follow()
    {
        lock (_lock)
        {
            if (_dueAt is { } dueAt)
            {
                _real.Change(TimeSpan.FromTicks(Math.Max(0, dueAt - _time.GetTimestamp())), _period);
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
