namespace Qrator.FilterNode.UserRules;

public class UserRuleIndexTests
{
    private const string PathIsRoot = """{ "Property": "Path", "Operator": "=", "Value": "/" }""";
    private const string IsSlow = """{ "Property": "Duration", "Operator": ">", "Value": "00:00:01" }""";

    private static readonly ResponseData Slow = new() { Duration = TimeSpan.FromSeconds(1.5) };

    [Fact]
    public void Rules_of_a_section_that_is_not_enabled_never_match()
    {
        var index = RuleTrial.Compile($$"""[ { "Id": "a", "Action": "Whitelist", "When": {{PathIsRoot}} } ]""", enabled: false);

        index.Rules.ShouldBeEmpty();
        index.DecidesAtArrival.ShouldBeFalse();
        RuleTrial.AtArrival(index, new()).ShouldBeEmpty();
        RuleTrial.AtResponse(index, new(), new()).ShouldBeEmpty();
    }

    [Fact]
    public void Only_whitelist_rules_that_need_only_the_request_are_decided_at_arrival()
    {
        var index = RuleTrial.Compile($$"""
            [ { "Id": "a", "Action": "Whitelist", "When": {{PathIsRoot}} },
              { "Id": "b", "Action": "Whitelist", "When": { "Or": [ {{PathIsRoot}}, {{IsSlow}} ] } },
              { "Id": "c", "Action": "Blacklist", "When": {{PathIsRoot}} },
              { "Id": "d", "Action": "RateLimit", "Rate": 1, "When": {{PathIsRoot}} } ]
            """);

        RuleTrial.AtArrival(index, new()).ShouldBe([0]);
        RuleTrial.AtResponse(index, new(), new()).ShouldBe([0, 1, 2, 3]);
        index.HasRequestOnlyWhitelist.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{ "And": [ {0}, {1} ] }""", true, false)]
    [InlineData("""{ "Or": [ {0}, {1} ] }""", true, true)]
    [InlineData("""{ "Not": { "And": [ {0}, {1} ] } }""", true, true)]
    [InlineData("""{ "Not": { "Or": [ {0}, {1} ] } }""", false, true)]
    [InlineData("""{ "Not": {1} }""", true, true)]
    public void A_request_is_metered_when_its_response_could_still_make_the_condition_true(string condition, bool atRoot, bool elsewhere)
    {
        condition = condition.Replace("{0}", PathIsRoot, StringComparison.Ordinal).Replace("{1}", IsSlow, StringComparison.Ordinal);
        var index = RuleTrial.Compile($$"""[ { "Id": "a", "Action": "RateLimit", "Rate": 1, "Scope": "Matching", "When": {{condition}} } ]""");

        RuleTrial.AtArrival(index, new()).Count.ShouldBe(atRoot ? 1 : 0);
        RuleTrial.AtArrival(index, new() { Path = "/x" }).Count.ShouldBe(elsewhere ? 1 : 0);
    }

    [Fact]
    public void Shadow_rules_are_reported_but_do_not_count_as_a_whitelist_that_lets_clients_in()
    {
        var index = RuleTrial.Compile($$"""[ { "Id": "a", "Action": "Whitelist", "Shadow": true, "When": {{PathIsRoot}} } ]""");

        RuleTrial.AtArrival(index, new()).ShouldBe([0]);
        index.Rules[0].Shadow.ShouldBeTrue();
        index.HasRequestOnlyWhitelist.ShouldBeFalse();
    }

    [Fact]
    public void Matches_are_reported_in_the_order_of_the_configuration()
    {
        var rules = string.Join(", ", Enumerable.Range(0, 50).Select(i =>
            $$"""{ "Id": "r{{i}}", "Action": "Blacklist", "When": {{(i % 3 == 0 ? PathIsRoot : i % 3 == 1 ? IsSlow : """{ "Property": "UserAgent", "Operator": "notExists" }""")}} }"""));

        RuleTrial.AtResponse(RuleTrial.Compile($"[ {rules} ]"), new(), Slow).ShouldBe(Enumerable.Range(0, 50));
    }

    [Fact]
    public void A_decision_inside_a_decision_disturbs_neither()
    {
        var index = RuleTrial.Compile($$"""
            [ { "Id": "a", "Action": "Blacklist", "When": {{PathIsRoot}} },
              { "Id": "b", "Action": "Blacklist", "When": { "And": [ {{PathIsRoot}}, {{IsSlow}} ] } },
              { "Id": "c", "Action": "Blacklist", "When": { "Property": "Path", "Operator": "contains", "Value": "/" } } ]
            """);
        var outer = new Nested(index, [], []);

        index.AtResponse(new RequestData().View(), Slow.View(), ref outer);

        outer.Outer.ShouldBe([0, 1, 2]);
        outer.Inner.ShouldBe([2, 2, 2]);
    }

    [Fact]
    public void Decisions_on_many_threads_do_not_disturb_each_other()
    {
        var rules = string.Join(", ", Enumerable.Range(0, 100).Select(i => $$"""{ "Id": "r{{i}}", "Action": "Blacklist", "When": { "Property": "UserAgent", "Operator": "contains", "Value": "<{{i}}>" } }"""));
        var index = RuleTrial.Compile($"[ {rules} ]");

        Parallel.For(0, 2_000, i => RuleTrial.AtResponse(index, new() { UserAgent = $"x<{i % 100}>y" }, new()).ShouldBe([i % 100]));
    }

    private readonly struct Nested(UserRuleIndex index, List<int> outer, List<int> inner) : IRuleMatches
    {
        public List<int> Outer => outer;

        public List<int> Inner => inner;

        public void Add(int rule)
        {
            outer.Add(rule);
            inner.AddRange(RuleTrial.AtResponse(index, new() { Path = "/x" }, new()));
        }
    }
}
