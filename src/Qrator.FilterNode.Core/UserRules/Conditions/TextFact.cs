using Qrator.FilterNode.Matching;

namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>A text compares with a pattern.</summary>
/// <param name="Field">Which text.</param>
/// <param name="Test">How it compares.</param>
/// <param name="Pattern">In upper case where case is ignored.</param>
/// <param name="IgnoresCase">Whether case is ignored.</param>
public sealed record TextFact(TextField Field, TextTest Test, string Pattern, bool IgnoresCase) : Fact
{
    /// <inheritdoc/>
    public override bool NeedsResponse => Field.IsOfResponse;
}
