namespace Qrator.FilterNode.RateLimits;

/// <summary>What <see cref="BucketStore.Touch"/> has done.</summary>
public enum TouchOutcome
{
    /// <summary>The client was not limited and is now, with an empty bucket.</summary>
    Limited,

    /// <summary>The client was limited already; its bucket is as it was, its time runs anew.</summary>
    Prolonged,

    /// <summary>The client was not limited and is not now: the store is full.</summary>
    Refused,
}
