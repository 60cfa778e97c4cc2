namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>A test of one property: a fact or its contrary, with the words that the operator used.</summary>
/// <param name="Fact">What is tested.</param>
/// <param name="Negated">Whether the comparison is true when the fact is not.</param>
/// <param name="Subject">What is looked at, such as <c>Path</c> or <c>Cookie sid</c>.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Operand">What it is compared with, as written; null where the operator takes nothing.</param>
public sealed record Comparison(Fact Fact, bool Negated, string Subject, ConditionOperator Operator, string? Operand) : Condition(Fact.NeedsResponse)
{
    /// <inheritdoc/>
    public override bool LooksAtOrigin => Fact is NumberFact { NeedsResponse: true };
}
