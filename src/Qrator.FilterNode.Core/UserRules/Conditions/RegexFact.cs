using Qrator.FilterNode.Matching.Expressions;

namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>A regular expression matches somewhere in a text.</summary>
/// <param name="Field">Which text.</param>
/// <param name="Expression">Equal expressions are the same object in the rules of one service.</param>
public sealed record RegexFact(TextField Field, LinearExpression Expression) : Fact
{
    /// <inheritdoc/>
    public override bool NeedsResponse => Field.IsOfResponse;
}
