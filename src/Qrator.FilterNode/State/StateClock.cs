using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.State;

/// <summary>
/// Between the node's clock and milliseconds since 1970 (UTC), by one look at both clocks: moments translated by the same look keep their distance.
/// </summary>
internal readonly struct StateClock
{
    private readonly long _lead;

    public StateClock(NodeClock clock)
    {
        Now = clock.Now;
        _lead = clock.UtcNow.Ticks - DateTime.UnixEpoch.Ticks - Now;
    }

    /// <summary>When the look was taken, in ticks of the node's clock.</summary>
    public long Now { get; }

    /// <summary>When the look was taken, in milliseconds since 1970.</summary>
    public long UtcNow => ToUtc(Now);

    /// <summary>How far the clocks have come apart since another look: the steps of the wall clock.</summary>
    public TimeSpan StepSince(in StateClock earlier) => TimeSpan.FromTicks(_lead - earlier._lead);

    /// <summary>Rounded up, so that no entry ends early.</summary>
    public long ToUtc(long ticks) => (ticks + _lead + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    public long FromUtc(long milliseconds) => (milliseconds * TimeSpan.TicksPerMillisecond) - _lead;
}
