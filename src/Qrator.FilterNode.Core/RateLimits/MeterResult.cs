namespace Qrator.FilterNode.RateLimits;

/// <summary>The answer of <see cref="BucketStore.Meter"/>.</summary>
/// <param name="Outcome">What to do with the request.</param>
/// <param name="RetryAfterSeconds">
/// After an excess: whole seconds, at least 1, after which a request is not in excess, if none comes in between and the limits stay; because
/// the level has fallen to the burst or because the client is no longer limited by then. Otherwise 0.
/// </param>
public readonly record struct MeterResult(MeterOutcome Outcome, int RetryAfterSeconds);
