namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>A number is there and within bounds. All comparisons, and the presence of Content-Length, come down to this.</summary>
/// <param name="Property">Which number.</param>
/// <param name="Min">The smallest that fits.</param>
/// <param name="Max">The largest that fits; below <paramref name="Min"/> when none fits.</param>
public sealed record NumberFact(NumberProperty Property, long Min, long Max) : Fact
{
    /// <inheritdoc/>
    public override bool NeedsResponse => Property != NumberProperty.ContentLength;

    /// <summary>Whether a number that is there is within the bounds.</summary>
    public bool Holds(long value) => value >= Min && value <= Max;
}
