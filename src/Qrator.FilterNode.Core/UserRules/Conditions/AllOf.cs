namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>True when all parts are.</summary>
/// <param name="Parts">At least one.</param>
public sealed record AllOf(IReadOnlyList<Condition> Parts) : Condition(Parts.Any(part => part.NeedsResponse))
{
    /// <inheritdoc/>
    public override bool LooksAtOrigin => Parts.Any(part => part.LooksAtOrigin);
}
