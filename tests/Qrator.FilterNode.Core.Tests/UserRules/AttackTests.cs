using System.Text;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules;

/// <summary>What an attacker may send to make rules wrong or expensive: the index answers as the oracle does, and allocates nothing.</summary>
public class AttackTests
{
    private const int LongHeader = 65_536;

    private static readonly string[] Patterns =
        ["a", "aa", "aaa", "aaaa", "aaaaa", "aaaaaaaa", "aaaaaaaab", "needle", "needles", "eedle", "bot", "Bot", "/../", "%2f", "\u00c3\u00a9", "\u00ff\u00fe", "union select", "\u00e9"];

    private static readonly UserRulesConfig Config = new() { Rules = [.. Rules()] };
    private static readonly UserRuleIndex Index = ManyRules.Compile(Config);

    public static TheoryData<string> Attacks => [.. Requests().Keys];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void The_answer_is_that_of_the_oracle_and_costs_no_memory(string attack)
    {
        var request = Requests()[attack];
        var response = new ResponseData { Location = request.UserAgent };

        RuleTrial.AtResponse(Index, request, response).ShouldBe(RuleOracle.AtResponse(Config, request, response));
        RuleTrial.AtArrival(Index, request).ShouldBe(RuleOracle.AtArrival(Config, request));

        var matches = default(MatchCount);
        Allocations.OfOne(() => Index.AtResponse(request.View(), response.View(), ref matches)).ShouldBe(0);
    }

    private static Dictionary<string, RequestData> Requests() => new()
    {
        ["a header of one letter"] = new() { UserAgent = new('a', LongHeader) },
        ["a header that nearly has a pattern everywhere"] = new() { UserAgent = Repeat("aaaaaaac needl "), Referer = Repeat("eedl") },
        ["a header that has a pattern at its end"] = new() { UserAgent = Repeat("need ") + "needle" },
        ["a header that has every pattern many times"] = new() { UserAgent = Repeat(string.Concat(Patterns)) },
        ["a header full of zeros"] = new() { UserAgent = new('\0', LongHeader), Headers = { ["X-A"] = new('\0', LongHeader) } },
        ["a header sent a thousand times"] = new() { Headers = { ["X-A"] = string.Join(", ", Enumerable.Repeat("needle", 1_000)) } },
        ["a thousand cookies"] = new() { Cookies = string.Join("; ", Enumerable.Range(0, 1_000).Select(i => $"c{i}=needle")) + "; sid=bot; sid=a" },
        ["a thousand times the same cookie"] = new() { Cookies = string.Join(";", Enumerable.Range(0, 1_000).Select(i => $"sid={i}aa")) },
        ["cookies that are no cookies"] = new() { Cookies = Repeat("sid;;=; =sid;") },
        ["mixed case"] = new() { UserAgent = "NeEdLe BoT", Host = "BOT.NEEDLE", Method = "bOt", Path = "/BOT" },
        ["bytes that are no UTF-8"] = new() { UserAgent = Encoding.Latin1.GetString([0xff, 0xfe, 0xc3, 0xa9, 0xc3, 0x28, 0x80]), Path = "/\u00e9\ufffd" },
        ["encoded slashes and dots"] = new() { Path = "/a/../b%2f..%5c", RequestUri = "http://h/a/%2e%2e/%2F..;/needle", Query = "%00=union%20select&union select" },
        ["everything empty"] = new() { Method = "", Path = "", Query = "", RequestUri = "", Host = "", UserAgent = "", Referer = "", Headers = { ["X-A"] = "" }, Cookies = "sid=" },
        ["half a surrogate pair"] = new() { UserAgent = "\ud83d needle \ude00", Host = "\ud83dbot" },
        ["letters whose upper case is another letter"] = new() { Host = "\u017fhop.bo\u0167 \u0131\u212a", Method = "\u00df" },
    };

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, LongHeader / text.Length));

    private static IEnumerable<UserRuleConfig> Rules()
    {
        ConditionProperty[] properties =
        [
            ConditionProperty.UserAgent, ConditionProperty.Referer, ConditionProperty.Path, ConditionProperty.Host, ConditionProperty.Method, ConditionProperty.Query,
            ConditionProperty.RequestUri, ConditionProperty.Header, ConditionProperty.Cookie, ConditionProperty.ResponseHeader,
        ];
        ConditionOperator[] operators =
        [
            ConditionOperator.Equal, ConditionOperator.NotEqual, ConditionOperator.Contains, ConditionOperator.NotContains,
            ConditionOperator.StartsWith, ConditionOperator.EndsWith, ConditionOperator.Matches,
        ];
        return from property in properties
               from @operator in operators
               from pattern in Patterns
               select new UserRuleConfig
               {
                   Id = $"{property}-{@operator}-{Array.IndexOf(Patterns, pattern)}",
                   Action = UserRuleAction.Whitelist,
                   When = new()
                   {
                       Property = property,
                       Operator = new(@operator),
                       Value = pattern.Replace("/../", @operator == ConditionOperator.Matches ? "/[.]{2}/" : "/../", StringComparison.Ordinal),
                       Name = property switch
                       {
                           ConditionProperty.Header => "X-A",
                           ConditionProperty.Cookie => "sid",
                           ConditionProperty.ResponseHeader => "Location",
                           _ => null,
                       },
                   },
               };
    }
}
