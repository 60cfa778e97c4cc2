using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Filtering;

/// <summary>What the filters decided about a request when it arrived.</summary>
/// <param name="Action">What to do with it.</param>
/// <param name="Outcome">How it ends, when it is not to go on.</param>
/// <param name="Whitelisted">Whether the client is whitelisted, so that no other filter applies.</param>
public readonly record struct Verdict(VerdictAction Action, Outcome Outcome, bool Whitelisted)
{
    /// <summary>Go on.</summary>
    public static Verdict Pass => new(VerdictAction.Pass, Outcome.Passed, Whitelisted: false);

    /// <summary>Go on, past all other filters.</summary>
    public static Verdict PassWhitelisted => new(VerdictAction.Pass, Outcome.Passed, Whitelisted: true);

    /// <summary>End the connection without a byte.</summary>
    public static Verdict DropBlacklisted => new(VerdictAction.Drop, Outcome.Blacklisted, Whitelisted: false);
}
