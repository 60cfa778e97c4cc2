namespace Qrator.FilterNode.UserRules;

/// <summary>What the match of a user rule does to the client.</summary>
public enum UserRuleAction
{
    /// <summary>No filter applies to the client for a while.</summary>
    Whitelist,

    /// <summary>The client's requests are dropped for a while.</summary>
    Blacklist,

    /// <summary>The client is under a leaky bucket for a while.</summary>
    RateLimit,
}
