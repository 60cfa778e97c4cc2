using System.Globalization;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.UserRules.Conditions;
using Qrator.FilterNode.UserRules.Parsing;

namespace Qrator.FilterNode.UserRules;

/// <summary>Large sections of rules that <see cref="ManyRequests"/> come close to and do not match.</summary>
internal static class ManyRules
{
    /// <summary>User-Agent contains the name of a bot.</summary>
    public static UserRulesConfig ContainsOnUserAgent(int count) => Section(count, i => i % 2 == 0
        ? Test(ConditionProperty.UserAgent, ConditionOperator.Contains, Text($"bad-agent-{i:00000}"))
        : Test(ConditionProperty.UserAgent, ConditionOperator.Contains, Text($"Mozilla/5.0 (compatible; Crawler{i}/")));

    /// <summary>All properties and operators that operators of sites use, one after the other.</summary>
    public static UserRulesConfig Mixed(int count) => Section(count, i => (i % 10) switch
    {
        0 => Test(ConditionProperty.UserAgent, ConditionOperator.Contains, Text($"badbot-{i}/")),
        1 => Test(ConditionProperty.Path, ConditionOperator.Equal, Text($"/blocked/{i}")),
        2 => Test(ConditionProperty.Path, ConditionOperator.StartsWith, Text($"/admin-{i}/")),
        3 => Test(ConditionProperty.Query, ConditionOperator.Contains, Text($"inject{i}=")),
        4 => Test(ConditionProperty.Header, ConditionOperator.Equal, Text($"token-{i}"), "X-Token"),
        5 => Test(ConditionProperty.Cookie, ConditionOperator.EndsWith, Text($"-{i}"), "session"),
        6 => All(Test(ConditionProperty.Path, ConditionOperator.EndsWith, Text($"-{i}.php")), Test(ConditionProperty.Status, ConditionOperator.Equal, "404")),
        7 => Test(ConditionProperty.Referer, ConditionOperator.Matches, Text($@"^https?://spam{i}\.example/")),
        8 => All(
            new() { Property = ConditionProperty.Geo, Operator = new(ConditionOperator.In), Values = ["DE", "US"] },
            Test(ConditionProperty.Host, ConditionOperator.Equal, Text($"host{i}.example")),
            Test(ConditionProperty.Duration, ConditionOperator.Greater, "00:00:01")),
        _ => All(
            new() { Not = Test(ConditionProperty.UserAgent, ConditionOperator.StartsWith, "Mozilla/") },
            Test(ConditionProperty.RequestUri, ConditionOperator.Contains, Text($"/api/v{i}/"))),
    });

    /// <summary>Expressions with a text that every match contains.</summary>
    public static UserRulesConfig Expressions(int count) =>
        Section(count, i => Test(ConditionProperty.UserAgent, ConditionOperator.Matches, Text($@"^Mozilla/\d\.\d .*Scraper{i}[/ ]\d+")));

    /// <summary>Checks and compiles a section.</summary>
    public static UserRuleIndex Compile(UserRulesConfig config)
    {
        var errors = new ConfigErrors();
        var parsed = UserRulesParser.Parse(config, "UserRules", hasCountries: true, _ => true, errors);
        return errors.None ? UserRuleIndex.Compile(parsed) : throw new InvalidOperationException(errors.All[0].ToString());
    }

    private static UserRulesConfig Section(int count, Func<int, ConditionConfig> when) => new()
    {
        Rules = [.. Enumerable.Range(0, count).Select(i => new UserRuleConfig { Id = Text($"rule-{i}"), Action = Action(i), When = when(i) })],
    };

    private static UserRuleAction Action(int place) => place / 10 % 4 == 0 ? UserRuleAction.Whitelist : UserRuleAction.Blacklist;

    private static ConditionConfig All(params ConditionConfig[] parts) => new() { And = parts };

    private static ConditionConfig Test(ConditionProperty property, ConditionOperator @operator, string value, string? name = null) =>
        new() { Property = property, Operator = new(@operator), Value = value, Name = name };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
