using System.Globalization;
using System.Text.RegularExpressions;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules;

/// <summary>
/// Decides rules the slow, obvious way, from what the operator wrote: no index, no parsed tree, no compiled condition. What the index says
/// must be what this says.
/// </summary>
internal sealed class RuleOracle(RequestData request, ResponseData response)
{
    private static readonly Dictionary<(string Pattern, RegexOptions Options), Regex> Expressions = [];

    public static List<int> AtArrival(UserRulesConfig config, RequestData request) =>
        Matching(config, rule => rule switch
        {
            { Action: UserRuleAction.Whitelist } => !LooksAtResponse(rule.When) && new RuleOracle(request, new()).IsTrue(rule.When),
            { Action: UserRuleAction.RateLimit, Scope: MeterScope.Matching } => new RuleOracle(request, new()).CanBecome(true, rule.When),
            _ => false,
        });

    public static List<int> AtResponse(UserRulesConfig config, RequestData request, ResponseData response) =>
        Matching(config, rule => new RuleOracle(request, response).IsTrue(rule.When));

    public static bool LooksAtResponse(ConditionConfig condition) =>
        (condition.And ?? condition.Or)?.Any(LooksAtResponse)
        ?? (condition.Not is null ? IsOfResponse(condition) : LooksAtResponse(condition.Not));

    private static List<int> Matching(UserRulesConfig config, Func<UserRuleConfig, bool> matches) =>
        config.Enabled ? [.. config.Rules.Index().Where(rule => matches(rule.Item)).Select(rule => rule.Index)] : [];

    private static bool IsOfResponse(ConditionConfig test) =>
        test.Property is ConditionProperty.Status or ConditionProperty.Duration or ConditionProperty.ResponseHeader;

    private bool IsTrue(ConditionConfig condition) =>
        condition.And is not null ? condition.And.All(IsTrue)
        : condition.Or is not null ? condition.Or.Any(IsTrue)
        : condition.Not is not null ? !IsTrue(condition.Not)
        : IsTestTrue(condition);

    /// <summary>Whether the condition can have the value, if each test of the response may come out either way.</summary>
    private bool CanBecome(bool value, ConditionConfig condition)
    {
        if (condition.Not is not null)
        {
            return CanBecome(!value, condition.Not);
        }

        if (condition.And is not null)
        {
            return value ? condition.And.All(part => CanBecome(true, part)) : condition.And.Any(part => CanBecome(false, part));
        }

        if (condition.Or is not null)
        {
            return value ? condition.Or.Any(part => CanBecome(true, part)) : condition.Or.All(part => CanBecome(false, part));
        }

        return IsOfResponse(condition) || IsTestTrue(condition) == value;
    }

    private bool IsTestTrue(ConditionConfig test) => test.Property switch
    {
        ConditionProperty.ContentLength => CompareNumber(test, request.ContentLength, long.Parse),
        ConditionProperty.Status => CompareNumber(test, response.Status, long.Parse),
        ConditionProperty.Duration => CompareNumber(test, response.Duration.Ticks, (text, culture) => TimeSpan.Parse(text, culture).Ticks),
        ConditionProperty.Geo => CompareCountry(test),
        _ => CompareText(test),
    };

    private static bool CompareNumber(ConditionConfig test, long? actual, Func<string, CultureInfo, long> parse)
    {
        var operand = test.Value is null ? 0 : parse(test.Value, CultureInfo.InvariantCulture);
        return test.Operator!.ToString() switch
        {
            "exists" => actual is not null,
            "notExists" => actual is null,
            "=" => actual == operand,
            "!=" => actual != operand,
            ">" => actual > operand,
            ">=" => actual >= operand,
            "<" => actual < operand,
            "<=" => actual <= operand,
            var other => throw new ArgumentException(other),
        };
    }

    private bool CompareCountry(ConditionConfig test)
    {
        var isIn = request.Country is not null && test.Values!.Contains(request.Country, StringComparer.OrdinalIgnoreCase);
        return test.Operator!.ToString() == "in" ? isIn : !isIn;
    }

    private bool CompareText(ConditionConfig test)
    {
        var actual = TextOf(test);
        var ignoresCase = test.Property is ConditionProperty.Method or ConditionProperty.Host;
        var comparison = ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var @operator = test.Operator!.ToString();
        if (actual is null)
        {
            return @operator is "!=" or "notContains" or "notExists";
        }

        return @operator switch
        {
            "exists" => true,
            "notExists" => false,
            "=" => string.Equals(actual, test.Value, comparison),
            "!=" => !string.Equals(actual, test.Value, comparison),
            "contains" => actual.Contains(test.Value!, comparison),
            "notContains" => !actual.Contains(test.Value!, comparison),
            "startsWith" => actual.StartsWith(test.Value!, comparison),
            "endsWith" => actual.EndsWith(test.Value!, comparison),
            "matches" => Expression(test.Value!, ignoresCase).IsMatch(actual),
            _ => throw new ArgumentException(@operator),
        };
    }

    private string? TextOf(ConditionConfig test) => test.Property switch
    {
        ConditionProperty.Method => request.Method,
        ConditionProperty.Path => request.Path,
        ConditionProperty.Query => request.Query,
        ConditionProperty.RequestUri => request.RequestUri,
        ConditionProperty.Host => request.Host,
        ConditionProperty.UserAgent => request.UserAgent,
        ConditionProperty.Referer => request.Referer,
        ConditionProperty.Header => request.Header(test.Name!),
        ConditionProperty.Cookie => CookieOf(test.Name!),
        _ => response.Header(test.Name!),
    };

    private string? CookieOf(string name) =>
        (from pair in request.Cookies.Split(';')
         let parts = pair.Split('=', 2)
         where parts.Length == 2 && parts[0].Trim(' ', '\t') == name
         select parts[1].Trim(' ', '\t')).FirstOrDefault();

    // The engine of .NET that backtracks, which is not the one that the node uses.
    private static Regex Expression(string pattern, bool ignoresCase)
    {
        var key = (pattern, RegexOptions.CultureInvariant | (ignoresCase ? RegexOptions.IgnoreCase : RegexOptions.None));
        lock (Expressions)
        {
            return Expressions.TryGetValue(key, out var known) ? known : Expressions[key] = new(pattern, key.Item2);
        }
    }
}
