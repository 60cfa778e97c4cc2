namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>True when at least one part is.</summary>
/// <param name="Parts">At least one.</param>
public sealed record AnyOf(IReadOnlyList<Condition> Parts) : Condition(Parts.Any(part => part.NeedsResponse))
{
    /// <inheritdoc/>
    public override bool LooksAtOrigin => Parts.Any(part => part.LooksAtOrigin);
}
