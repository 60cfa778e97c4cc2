using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules;

/// <summary>One rule, checked. Immutable.</summary>
public sealed record UserRule
{
    /// <summary>The name in metrics, log and lists; unique in the service.</summary>
    public required string Id { get; init; }

    /// <summary>What a match does.</summary>
    public required UserRuleAction Action { get; init; }

    /// <summary>How long it lasts, 5 minutes to 8 hours.</summary>
    public required TimeSpan Ttl { get; init; }

    /// <summary>Whether a match is only counted.</summary>
    public required bool Shadow { get; init; }

    /// <summary>Not null exactly when <see cref="Action"/> is <see cref="UserRuleAction.RateLimit"/>.</summary>
    public required RateLimitSettings? RateLimit { get; init; }

    /// <summary>When the rule matches.</summary>
    public required Condition When { get; init; }

    /// <summary>Whether the condition looks at the response anywhere.</summary>
    public bool NeedsResponse => When.NeedsResponse;

    /// <summary>Whether the condition looks at the status or the duration anywhere: what the origin may do to all clients alike.</summary>
    public bool LooksAtOrigin => When.LooksAtOrigin;

    /// <summary>Whether the rule whitelists and can be decided before the request is forwarded.</summary>
    public bool IsRequestOnlyWhitelist => Action == UserRuleAction.Whitelist && !NeedsResponse;

    /// <summary>Whether the rule meters the requests that match the request part of its condition.</summary>
    public bool MetersMatching => RateLimit is { Scope: MeterScope.Matching };
}
