using Qrator.FilterNode.Matching;

namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>A text compares with a pattern.</summary>
/// <param name="Field">Which text.</param>
/// <param name="Test">How it compares.</param>
/// <param name="Pattern">In upper case where the field ignores case.</param>
public sealed record TextFact(TextField Field, TextTest Test, string Pattern) : Fact
{
    /// <inheritdoc/>
    public override bool NeedsResponse => Field.IsOfResponse;
}
