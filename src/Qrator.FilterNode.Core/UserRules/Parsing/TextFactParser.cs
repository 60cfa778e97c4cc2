using System.Text.RegularExpressions;
using Qrator.FilterNode.Matching;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Parsing;

/// <summary>Makes facts about texts.</summary>
internal sealed class TextFactParser(ParseErrors errors)
{
    // Making an expression takes a thousand times longer than looking it up, and rules that share it can share its result.
    private readonly Dictionary<(string Pattern, bool IgnoresCase), Regex> _expressions = [];

    /// <summary>The fact, or null after reporting a mistake.</summary>
    /// <param name="field">Null after a mistake in it; the value is checked all the same.</param>
    /// <param name="operator">One that fits.</param>
    /// <param name="value">Null only where the operator takes none.</param>
    /// <param name="path">Where the value is.</param>
    public Fact? Parse(TextField? field, ConditionOperator @operator, string? value, string path)
    {
        if (value is "" && @operator is not (ConditionOperator.Equal or ConditionOperator.NotEqual or ConditionOperator.Exists or ConditionOperator.NotExists))
        {
            errors.Add(path, "empty, and every text contains that; at least one character");
            return null;
        }

        var ignoresCase = field is { IgnoresCase: true };
        if (@operator == ConditionOperator.Matches)
        {
            return Expression(value!, ignoresCase, path) is { } regex && field is { } matched ? new RegexFact(matched, regex) : null;
        }

        if (field is not { } known)
        {
            return null;
        }

        return @operator is ConditionOperator.Exists or ConditionOperator.NotExists
            ? new PresenceFact(known, Present: true)
            : new TextFact(known, TestOf(@operator), ignoresCase ? value!.ToUpperInvariant() : value!);
    }

    private static TextTest TestOf(ConditionOperator @operator) => @operator switch
    {
        ConditionOperator.Contains or ConditionOperator.NotContains => TextTest.Contains,
        ConditionOperator.StartsWith => TextTest.StartsWith,
        ConditionOperator.EndsWith => TextTest.EndsWith,
        _ => TextTest.Equal,
    };

    private Regex? Expression(string pattern, bool ignoresCase, string path)
    {
        if (_expressions.TryGetValue((pattern, ignoresCase), out var known))
        {
            return known;
        }

        try
        {
            var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoresCase ? RegexOptions.IgnoreCase : RegexOptions.None);
            return _expressions[(pattern, ignoresCase)] = new(pattern, options);
        }
        catch (ArgumentException mistake)
        {
            errors.Add(path, $"not a regular expression; {mistake.Message}");
        }
        catch (NotSupportedException mistake)
        {
            errors.Add(path, $"not a regular expression that runs in linear time; {mistake.Message}");
        }

        return null;
    }
}
