using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.UserRules;

/// <summary>A rule that limits a client at the moment of asking.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Limits">How fast the bucket empties and how full it may be.</param>
/// <param name="Client">The client's bucket.</param>
public sealed record RuleLimit(UserRule Rule, BucketLimits Limits, LimitedClient Client);
