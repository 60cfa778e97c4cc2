namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>
/// Something that is true or not of a request and its response. All operators come down to these or their contraries. Facts with equal
/// content are equal, so that rules share them. Immutable.
/// </summary>
/// <remarks>
/// But for the one about absence, every fact is false where its value is absent; so <c>!=</c>, the contrary of equality, is true there.
/// </remarks>
public abstract record Fact
{
    private protected Fact()
    {
    }

    /// <summary>Whether it is about the response.</summary>
    public abstract bool NeedsResponse { get; }
}
