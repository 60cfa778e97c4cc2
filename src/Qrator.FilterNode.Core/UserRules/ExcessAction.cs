namespace Qrator.FilterNode.UserRules;

/// <summary>What happens to a request that is over a rate limit.</summary>
public enum ExcessAction
{
    /// <summary>429 with Retry-After.</summary>
    Reject,

    /// <summary>The connection ends without a response.</summary>
    Drop,
}
