using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.UserRules;

namespace Qrator.FilterNode.Configuration;

/// <summary>One rule of <c>UserRules</c>.</summary>
public sealed record UserRuleConfig
{
    /// <summary>The name of the rule.</summary>
    [Setting("The name of the rule in metrics, log and lists: 1 to 64 letters, digits, dots, hyphens and underscores; unique in the section.", Required = true, Remedy = "a name for the rule, such as \"slow-root\"")]
    public string Id { get; init; } = "";

    /// <summary>What a match does; null only while it is missing.</summary>
    [Setting("What a match does to the client: Whitelist, Blacklist, or RateLimit (put it under a leaky bucket).", Required = true, Remedy = "Whitelist, Blacklist or RateLimit")]
    public UserRuleAction? Action { get; init; }

    /// <summary>How long a match lasts.</summary>
    [Setting("How long the client stays listed, or limited after its last match. A client that offends again within 24 hours stays on the blacklist twice as long, up to 8 hours.", Min = "00:05:00", Max = "08:00:00")]
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Whether the rule only counts.</summary>
    [Setting("Count and record what the rule would do, and do nothing.")]
    public bool Shadow { get; init; }

    /// <summary>RateLimit: requests a second.</summary>
    [Setting("RateLimit: how many requests a second leak out of the client's bucket.", Min = "0.001", Max = "1000000")]
    public double? Rate { get; init; }

    /// <summary>RateLimit: requests above the rate.</summary>
    [Setting("RateLimit: the level of the bucket above which a request is excess. Left out: the requests of one second, rounded up.", Min = "0", Max = "1000000")]
    public int? Burst { get; init; }

    /// <summary>RateLimit: what happens to excess; Reject when left out.</summary>
    [Setting("RateLimit: what happens to excess requests. Reject answers 429 with Retry-After, Drop ends the connection. Left out: Reject.")]
    public ExcessAction? Excess { get; init; }

    /// <summary>RateLimit: which requests are metered; Client when left out.</summary>
    [Setting("RateLimit: Client meters every request of a limited client, Matching only those that match the part of the condition that is about the request. Left out: Client.")]
    public MeterScope? Scope { get; init; }

    /// <summary>When the rule matches.</summary>
    [Setting("When the rule matches.", Required = true, Remedy = "a condition, such as { \"Property\": \"Path\", \"Operator\": \"startsWith\", \"Value\": \"/login\" }")]
    public ConditionConfig When { get; init; } = new();
}
