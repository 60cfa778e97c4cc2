using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.RateLimits;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.UserRules;

/// <summary>What a match of one user rule does. Immutable except for the counters and buckets it points to.</summary>
internal sealed class UserRuleEffect
{
    public UserRuleEffect(UserRule rule, ServiceStore store, int maximumLimited)
    {
        Rule = rule;
        Guard = rule.LooksAtOrigin ? store.Behavior.OriginGuard : null;
        Hits = store.RuleCounter(ListSource.Rule, rule.Id);
        if (rule.RateLimit is { } limit)
        {
            Buckets = rule.Shadow ? null : store.Buckets(rule.Id, maximumLimited);
            Limits = BucketLimits.Create(Math.Max(BucketLimits.RateStep, Math.Round((decimal)limit.Rate, 3)), limit.Burst);
        }
        else
        {
            List = rule.Action == UserRuleAction.Whitelist ? ListKind.Whitelist : ListKind.Blacklist;
            Cause = store.Lists.Of(List).CauseOf(ListSource.Rule, rule.Id);
        }
    }

    public UserRule Rule { get; }

    public RuleCounter Hits { get; }

    /// <summary>What a match has to ask before it acts; null for a rule that does not look at status or duration.</summary>
    public OriginGuard? Guard { get; }

    /// <summary>The list that a match puts the client on; meaningful with a cause.</summary>
    public ListKind List { get; }

    /// <summary>What the entry carries; null for a rule that limits.</summary>
    public ListingCause? Cause { get; }

    /// <summary>The limited clients; null unless the rule limits and is in force.</summary>
    public BucketStore? Buckets { get; }

    public BucketLimits Limits { get; }

    /// <summary>What became of a request over the bucket, for people.</summary>
    public string Explain(in ArrivalDecision decision) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"more than {Limits.Burst} over {Limits.Rate} a second: {(decision.Drop ? "dropped" : $"answered 429, Retry-After {decision.RetryAfterSeconds}")}");
}
