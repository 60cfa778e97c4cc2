using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Filtering;

/// <summary>What the filters decided about a request when it arrived.</summary>
/// <param name="Action">What to do with it.</param>
/// <param name="Outcome">How it ends, when it is not to go on.</param>
/// <param name="Whitelisted">Whether the client is whitelisted, so that no other filter applies.</param>
/// <param name="RetryAfterSeconds">For a rejection: when the client may come again, in whole seconds, at least 1.</param>
public readonly record struct Verdict(VerdictAction Action, Outcome Outcome, bool Whitelisted, int RetryAfterSeconds = 0)
{
    /// <summary>Go on.</summary>
    public static Verdict Pass => new(VerdictAction.Pass, Outcome.Passed, Whitelisted: false);

    /// <summary>Go on, past all other filters.</summary>
    public static Verdict PassWhitelisted => new(VerdictAction.Pass, Outcome.Passed, Whitelisted: true);

    /// <summary>End the connection without a byte.</summary>
    public static Verdict DropBlacklisted => new(VerdictAction.Drop, Outcome.Blacklisted, Whitelisted: false);

    /// <summary>End the connection without a byte, for being over a leaky bucket.</summary>
    public static Verdict DropExcess => new(VerdictAction.Drop, Outcome.RateLimited, Whitelisted: false);

    /// <summary>Answer 429.</summary>
    public static Verdict RejectExcess(int retryAfterSeconds) => new(VerdictAction.Reject, Outcome.RateLimited, Whitelisted: false, retryAfterSeconds);
}
