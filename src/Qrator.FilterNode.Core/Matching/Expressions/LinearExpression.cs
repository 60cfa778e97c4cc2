using System.Text.RegularExpressions;

namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>
/// A regular expression with the syntax and the meaning of .NET (culture-invariant) that is decided in time linear in the text. Immutable and safe
/// for any number of threads.
/// </summary>
/// <remarks>
/// .NET's own engine without backtracking takes milliseconds to make and up to a megabyte to keep one expression, which is too much for thousands.
/// So the expressions that people write in rules run on <see cref="LetterAutomaton"/>, which takes a few KB; only what is outside of the syntax
/// that <see cref="ExpressionReader"/> knows runs on .NET's engine.
/// </remarks>
public sealed class LinearExpression
{
    private readonly LetterAutomaton? _automaton;
    private readonly Regex? _regex;

    private LinearExpression(LetterAutomaton? automaton, Regex? regex, IReadOnlyList<IReadOnlyList<string>> requiredTexts, bool ignoresCase)
    {
        _automaton = automaton;
        _regex = regex;
        RequiredTexts = requiredTexts;
        IgnoresCase = ignoresCase;
    }

    /// <summary>Every text that matches contains at least one text of each of these groups. No group is known where there is none.</summary>
    public IReadOnlyList<IReadOnlyList<string>> RequiredTexts { get; }

    /// <summary>Whether <see cref="RequiredTexts"/> are in upper case and stand for every case.</summary>
    public bool IgnoresCase { get; }

    /// <summary>Whether .NET's engine runs the expression.</summary>
    internal bool IsForeign => _regex is not null;

    /// <summary>Reads an expression.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="ignoreCase">Whether case is ignored throughout.</param>
    /// <param name="expression">The expression, or null.</param>
    /// <param name="problem">What is wrong, when null.</param>
    public static bool TryParse(string pattern, bool ignoreCase, out LinearExpression? expression, out string problem)
    {
        problem = "";
        var ignoresCase = ignoreCase;
        expression = ExpressionReader.Read(pattern, ref ignoresCase) is { } node && InstructionWriter.Write(node, out var start) is { } instructions
            ? new(new(instructions, start), null, Expressions.RequiredTexts.Of(node), ignoresCase)
            : Foreign(pattern, ignoreCase, out problem);
        return expression is not null;
    }

    /// <summary>Whether the expression matches somewhere in the text.</summary>
    public bool IsMatch(ReadOnlySpan<char> text) => _automaton?.IsMatch(text) ?? _regex!.IsMatch(text);

    private static LinearExpression? Foreign(string pattern, bool ignoreCase, out string problem)
    {
        try
        {
            problem = "";
            var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
            return new(null, new(pattern, options), [], ignoreCase);
        }
        catch (ArgumentException mistake)
        {
            problem = $"not a regular expression; {mistake.Message}";
        }
        catch (NotSupportedException mistake)
        {
            problem = $"not a regular expression that runs in linear time; {mistake.Message}";
        }

        return null;
    }
}
