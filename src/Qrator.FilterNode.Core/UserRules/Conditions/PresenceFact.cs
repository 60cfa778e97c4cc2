namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>A header or cookie is there, with or without content; or it is not.</summary>
/// <param name="Field">Which text.</param>
/// <param name="Present">True: it is there. False: it is not.</param>
public sealed record PresenceFact(TextField Field, bool Present) : Fact
{
    /// <inheritdoc/>
    public override bool NeedsResponse => Field.IsOfResponse;
}
