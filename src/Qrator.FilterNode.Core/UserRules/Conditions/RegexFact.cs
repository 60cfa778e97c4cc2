using System.Text.RegularExpressions;

namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>A regular expression matches somewhere in a text.</summary>
/// <param name="Field">Which text.</param>
/// <param name="Regex">Runs without backtracking. Equal expressions are the same object in the rules of one service.</param>
public sealed record RegexFact(TextField Field, Regex Regex) : Fact
{
    /// <inheritdoc/>
    public override bool NeedsResponse => Field.IsOfResponse;
}
