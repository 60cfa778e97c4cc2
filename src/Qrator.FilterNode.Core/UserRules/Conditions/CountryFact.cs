namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>The client's country is known and one of a set.</summary>
/// <param name="Countries">The set.</param>
public sealed record CountryFact(CountrySet Countries) : Fact
{
    /// <inheritdoc/>
    public override bool NeedsResponse => false;
}
