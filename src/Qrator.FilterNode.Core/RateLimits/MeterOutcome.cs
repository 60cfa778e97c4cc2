namespace Qrator.FilterNode.RateLimits;

/// <summary>What <see cref="BucketStore.Meter"/> found.</summary>
public enum MeterOutcome
{
    /// <summary>The client has no bucket: the request passes and is not counted.</summary>
    NotLimited,

    /// <summary>The request passes and has added one to the level.</summary>
    Allowed,

    /// <summary>The request is in excess and has added nothing.</summary>
    Excess,
}
