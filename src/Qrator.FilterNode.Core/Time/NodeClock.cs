namespace Qrator.FilterNode.Time;

/// <summary>
/// Monotonic time of the node, in ticks of 100 ns since it started plus two days (so that "24 hours ago" is never negative).
/// Steps of the wall clock do not touch it. Safe for any number of threads; reading it allocates nothing.
/// </summary>
public sealed class NodeClock
{
    private static readonly long Head = TimeSpan.FromDays(2).Ticks;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly double _ticksPerStep;

    /// <summary>Starts the clock.</summary>
    public NodeClock(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _ticksPerStep = (double)TimeSpan.TicksPerSecond / time.TimestampFrequency;
    }

    /// <summary>Now, in ticks of 100 ns.</summary>
    public long Now => Head + (long)((_time.GetTimestamp() - _start) * _ticksPerStep);

    /// <summary>The wall clock, for people and for what outlives the process; never for measuring.</summary>
    public DateTimeOffset UtcNow => _time.GetUtcNow();

    /// <summary>The wall-clock time that belongs to a moment of this clock, as of now.</summary>
    public DateTimeOffset ToUtc(long ticks) => UtcNow + TimeSpan.FromTicks(ticks - Now);
}
