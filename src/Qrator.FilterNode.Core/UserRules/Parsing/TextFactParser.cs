using Qrator.FilterNode.Matching;
using Qrator.FilterNode.Matching.Expressions;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Parsing;

/// <summary>Makes facts about texts.</summary>
internal sealed class TextFactParser(ParseErrors errors)
{
    // Rules that share an expression share its result.
    private readonly Dictionary<(string Pattern, bool IgnoresCase), LinearExpression> _expressions = [];

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
            return Expression(value!, ignoresCase, path) is { } expression && field is { } matched ? new RegexFact(matched, expression) : null;
        }

        if (field is not { } known)
        {
            return null;
        }

        return @operator is ConditionOperator.Exists or ConditionOperator.NotExists
            ? new PresenceFact(known, Present: true)
            : new TextFact(known, TestOf(@operator), ignoresCase ? value!.ToUpperInvariant() : value!, ignoresCase);
    }

    private static TextTest TestOf(ConditionOperator @operator) => @operator switch
    {
        ConditionOperator.Contains or ConditionOperator.NotContains => TextTest.Contains,
        ConditionOperator.StartsWith => TextTest.StartsWith,
        ConditionOperator.EndsWith => TextTest.EndsWith,
        _ => TextTest.Equal,
    };

    private LinearExpression? Expression(string pattern, bool ignoresCase, string path)
    {
        if (_expressions.TryGetValue((pattern, ignoresCase), out var known))
        {
            return known;
        }

        if (!LinearExpression.TryParse(pattern, ignoresCase, out var expression, out var problem))
        {
            errors.Add(path, problem);
            return null;
        }

        return _expressions[(pattern, ignoresCase)] = expression!;
    }
}
