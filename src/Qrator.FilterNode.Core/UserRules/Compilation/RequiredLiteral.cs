using System.Text.RegularExpressions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>
/// Finds a text that is part of everything that a regular expression matches. Knows the simple expressions that people write in rules and
/// gives up on everything else: no text is always a right answer, a wrong text never is.
/// </summary>
internal static class RequiredLiteral
{
    /// <summary>The longest text found, in upper case where the expression ignores case; null for none.</summary>
    public static string? Of(Regex regex)
    {
        var reader = new LiteralReader(regex.ToString(), regex.Options.HasFlag(RegexOptions.IgnoreCase));
        return reader.TryRead(out var longest) && longest.Length > 0 ? longest : null;
    }
}
