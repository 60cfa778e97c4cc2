namespace Qrator.FilterNode.Time;

/// <summary>A time provider that stands still until it is moved. The wall clock and the monotonic clock move apart on demand.</summary>
internal sealed class TestTimeProvider : TimeProvider
{
    private readonly long _frequency;
    private DateTimeOffset _utcNow = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _timestamp = 12_345;

    public TestTimeProvider(long frequency = 1_000_000_000) => _frequency = frequency;

    public override long TimestampFrequency => _frequency;

    public override long GetTimestamp() => _timestamp;

    public override DateTimeOffset GetUtcNow() => _utcNow;

    /// <summary>Time passes: both clocks move.</summary>
    public void Advance(TimeSpan by)
    {
        _timestamp += (long)((Int128)by.Ticks * _frequency / TimeSpan.TicksPerSecond);
        _utcNow += by;
    }

    /// <summary>Somebody sets the wall clock; no time passes.</summary>
    public void StepWallClock(TimeSpan by) => _utcNow += by;
}
