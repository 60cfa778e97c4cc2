using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.UserRules;

/// <summary>What the user rules decided about a request when it arrived.</summary>
/// <param name="Whitelisted">Whether a rule put the client on the whitelist.</param>
/// <param name="Metered">Whether the request went through buckets, and whether it is excess of any.</param>
/// <param name="Drop">Whether excess is to be dropped instead of answered.</param>
/// <param name="RetryAfterSeconds">For excess: when the next request would pass every bucket, in whole seconds, at least 1.</param>
public readonly record struct ArrivalDecision(bool Whitelisted, MeterOutcome Metered, bool Drop, int RetryAfterSeconds);
