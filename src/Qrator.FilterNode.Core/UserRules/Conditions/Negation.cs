namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>True when the part is not.</summary>
/// <param name="Part">The part.</param>
public sealed record Negation(Condition Part) : Condition(Part.NeedsResponse)
{
    /// <inheritdoc/>
    public override bool LooksAtOrigin => Part.LooksAtOrigin;
}
