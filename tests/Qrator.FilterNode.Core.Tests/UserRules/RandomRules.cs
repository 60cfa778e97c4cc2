using System.Globalization;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.UserRules.Conditions;
using Qrator.FilterNode.UserRules.Parsing;

namespace Qrator.FilterNode.UserRules;

/// <summary>Sections of random, valid rules.</summary>
internal sealed class RandomRules(Random random)
{
    public static readonly string[] Countries = ["DE", "FR", "RU", "US"];
    public static readonly string[] HeaderNames = ["X-A", "x-a", "Accept"];
    public static readonly string[] CookieNames = ["sid", "SID", "a"];
    public static readonly long[] Numbers = [0, 1, 5, 100, 1_000_000, long.MaxValue];
    public static readonly int[] Statuses = [100, 200, 301, 404, 500, 999];
    public static readonly string[] Spans = ["00:00:00", "00:00:00.5", "00:00:01", "00:01:00"];

    private readonly RandomText _text = new(random);

    public UserRulesConfig Next(int rules) => new() { Rules = [.. Enumerable.Range(0, rules).Select(Rule)] };

    private UserRuleConfig Rule(int place)
    {
        var action = (UserRuleAction)random.Next(3);
        var limits = action == UserRuleAction.RateLimit;
        return new()
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"r{place}"),
            Action = action,
            Shadow = random.Next(3) == 0,
            Rate = limits ? 1 : null,
            Scope = limits ? (MeterScope)random.Next(2) : null,
            When = Condition(depth: 0, withResponse: random.Next(2) == 0),
        };
    }

    private ConditionConfig Condition(int depth, bool withResponse) => random.Next(depth >= 4 ? 1 : 5) switch
    {
        1 => new() { And = Parts(depth, withResponse) },
        2 => new() { Or = Parts(depth, withResponse) },
        3 => new() { Not = Condition(depth + 1, withResponse) },
        _ => Test((ConditionProperty)random.Next(withResponse ? 14 : 11) is var property && !withResponse && property == ConditionProperty.ResponseHeader ? ConditionProperty.Geo : property),
    };

    private ConditionConfig[] Parts(int depth, bool withResponse) =>
        [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Condition(depth + 1, withResponse))];

    private ConditionConfig Test(ConditionProperty property)
    {
        var operators = OperatorTable.For(property);
        var @operator = operators[random.Next(operators.Count)];
        var takesNothing = @operator is ConditionOperator.Exists or ConditionOperator.NotExists;
        return new()
        {
            Property = property,
            Operator = new(@operator),
            Name = property switch
            {
                ConditionProperty.Header => Pick(HeaderNames),
                ConditionProperty.Cookie => Pick(CookieNames),
                ConditionProperty.ResponseHeader => Pick(["Location", "content-type"]),
                _ => null,
            },
            Values = property == ConditionProperty.Geo ? [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(Countries))] : null,
            Value = takesNothing || property == ConditionProperty.Geo ? null : Value(property, @operator),
        };
    }

    private string Value(ConditionProperty property, ConditionOperator @operator) => property switch
    {
        ConditionProperty.ContentLength => Pick(Numbers).ToString(CultureInfo.InvariantCulture),
        ConditionProperty.Status => Pick(Statuses).ToString(CultureInfo.InvariantCulture),
        ConditionProperty.Duration => Pick(Spans),
        _ => @operator switch
        {
            ConditionOperator.Matches => _text.NextExpression(),
            ConditionOperator.Equal or ConditionOperator.NotEqual => _text.Next(2),
            _ => _text.NextFilled(),
        },
    };

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];
}
