using System.Collections.Concurrent;

namespace Qrator.FilterNode.Fixtures;

/// <summary>
/// Real time with a lead that the test gives it: clocks jump ahead, and timers that are then due fire. After <see cref="StandStill"/> nothing but the test
/// moves it, so that what has to happen before a time is up cannot come too late on a slow machine.
/// </summary>
public sealed class TestTimeProvider : TimeProvider
{
    private readonly ConcurrentDictionary<TestTimer, bool> _timers = new();
    private long _lead;
    private long _stoodAt;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time)
    {
        Interlocked.Add(ref _lead, time.Ticks);
        foreach (var timer in _timers.Keys)
        {
            timer.Follow();
        }
    }

    /// <summary>From now on time passes by <see cref="Advance"/> alone.</summary>
    public void StandStill()
    {
        Volatile.Write(ref _stoodAt, System.GetElapsedTime(0).Ticks);
        foreach (var timer in _timers.Keys)
        {
            timer.Follow();
        }
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(GetTimestamp() - System.GetElapsedTime(0).Ticks);

    public override long GetTimestamp() => (IsStanding ? Volatile.Read(ref _stoodAt) : System.GetElapsedTime(0).Ticks) + Volatile.Read(ref _lead);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new TestTimer(this, callback, state);
        _timers[timer] = true;
        timer.Change(dueTime, period);
        return timer;
    }

    internal bool IsStanding => Volatile.Read(ref _stoodAt) != 0;

    internal void Forget(TestTimer timer) => _timers.TryRemove(timer, out _);
}
