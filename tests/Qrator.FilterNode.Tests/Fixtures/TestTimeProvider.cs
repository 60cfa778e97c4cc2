using System.Collections.Concurrent;

namespace Qrator.FilterNode.Fixtures;

/// <summary>Real time with a lead that the test gives it: clocks jump ahead, and timers that are then due fire.</summary>
public sealed class TestTimeProvider : TimeProvider
{
    private readonly ConcurrentDictionary<TestTimer, bool> _timers = new();
    private long _lead;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time)
    {
        Interlocked.Add(ref _lead, time.Ticks);
        foreach (var timer in _timers.Keys)
        {
            timer.Follow();
        }
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _lead));

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref _lead);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TestTimer(this, callback, state);
        _timers[timer] = true;
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Forget(TestTimer timer) => _timers.TryRemove(timer, out _);
}
