namespace Qrator.FilterNode.Behavior;

/// <summary>What detection has done since the service began. Safe for any number of threads.</summary>
public sealed class BehaviorCounters
{
    private readonly long[] _listed = new long[BehaviorKindName.Count];
    private readonly long[] _shadow = new long[BehaviorKindName.Count];
    private readonly long[] _suppressed = new long[BehaviorKindName.Count];
    private long _limited;

    /// <summary>Clients put on the blacklist.</summary>
    public long Listed(BehaviorKind kind) => Volatile.Read(ref _listed[(int)kind]);

    /// <summary>Clients that would have been put on it, but for the mode.</summary>
    public long Shadow(BehaviorKind kind) => Volatile.Read(ref _shadow[(int)kind]);

    /// <summary>Times that a client would have been put on it, but for the budget.</summary>
    public long Suppressed(BehaviorKind kind) => Volatile.Read(ref _suppressed[(int)kind]);

    /// <summary>Requests over one of the limits.</summary>
    public long Limited => Volatile.Read(ref _limited);

    internal long AllListed => _listed.Sum() + _shadow.Sum();

    internal long AllSuppressed => _suppressed.Sum();

    internal void CountListed(BehaviorKind kind) => Interlocked.Increment(ref _listed[(int)kind]);

    internal void CountShadow(BehaviorKind kind) => Interlocked.Increment(ref _shadow[(int)kind]);

    internal void CountSuppressed(BehaviorKind kind) => Interlocked.Increment(ref _suppressed[(int)kind]);

    internal void CountLimited() => Interlocked.Increment(ref _limited);
}
