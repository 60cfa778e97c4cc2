namespace Qrator.FilterNode.Fixtures;

/// <summary>Real time with a lead that the test gives it: clocks jump ahead, timers go on as usual.</summary>
public sealed class TestTimeProvider : TimeProvider
{
    private long _lead;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _lead, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _lead));

    public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + Volatile.Read(ref _lead);
}
