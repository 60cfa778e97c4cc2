namespace Qrator.FilterNode.UserRules;

public class ExplanationTests
{
    private const string PathIsRoot = """{ "Property": "Path", "Operator": "=", "Value": "/" }""";
    private const string NoAgent = """{ "Property": "UserAgent", "Operator": "notExists" }""";
    private const string IsSlow = """{ "Property": "Duration", "Operator": ">", "Value": "00:00:01" }""";

    private static readonly ResponseData Slow = new() { Duration = TimeSpan.FromSeconds(1.5) };

    [Fact]
    public void The_values_that_made_the_match_are_named() =>
        Explain($$"""{ "And": [ {{PathIsRoot}}, {{NoAgent}}, {{IsSlow}} ] }""", new()).ShouldBe("Path = \"/\", UserAgent notExists, Duration 00:00:01.5 > 00:00:01");

    [Fact]
    public void Of_alternatives_the_first_that_is_true_is_named() =>
        Explain($$"""{ "Or": [ {{PathIsRoot}}, {{NoAgent}}, {{IsSlow}} ] }""", new() { Path = "/x" }).ShouldBe("UserAgent notExists");

    [Fact]
    public void What_is_negated_is_named_as_such() =>
        Explain($$"""{ "Not": { "Or": [ {{PathIsRoot}}, { "And": [ {{NoAgent}}, {{IsSlow}} ] } ] } }""", new() { Path = "/x", UserAgent = "curl" })
            .ShouldBe("not (Path \"/x\" = \"/\"), not (UserAgent \"curl\" notExists)");

    [Theory]
    [InlineData("""{ "Property": "Cookie", "Name": "sid", "Operator": "startsWith", "Value": "a" }""", "Cookie sid \"abc\" startsWith \"a\"")]
    [InlineData("""{ "Property": "Header", "Name": "X-No", "Operator": "!=", "Value": "a" }""", "Header X-No absent != \"a\"")]
    [InlineData("""{ "Property": "Cookie", "Name": "sid", "Operator": "exists" }""", "Cookie sid \"abc\" exists")]
    [InlineData("""{ "Property": "Geo", "Operator": "in", "Values": ["DE", "FR"] }""", "Geo DE in DE FR")]
    [InlineData("""{ "Property": "Status", "Operator": "=", "Value": 200 }""", "Status = 200")]
    [InlineData("""{ "Property": "Status", "Operator": "<", "Value": 300 }""", "Status 200 < 300")]
    [InlineData("""{ "Property": "ContentLength", "Operator": "notExists" }""", "ContentLength notExists")]
    [InlineData("""{ "Property": "Path", "Operator": "matches", "Value": "^/$" }""", "Path \"/\" matches \"^/$\"")]
    public void Each_kind_of_test_is_named_with_its_value(string condition, string expected) =>
        Explain(condition, new() { Cookies = "sid=abc", Country = "DE" }).ShouldBe(expected);

    [Fact]
    public void Long_values_are_cut_and_control_characters_shown() =>
        Explain("""{ "Property": "UserAgent", "Operator": "exists" }""", new() { UserAgent = "\r\n" + new string('a', 64_000) })
            .ShouldBe($"UserAgent \"\\u000d\\u000a{new string('a', 126)}...\" exists");

    [Fact]
    public void No_more_than_sixteen_tests_are_named()
    {
        var explained = Explain($$"""{ "And": [ {{string.Join(", ", Enumerable.Repeat(PathIsRoot, 20))}} ] }""", new());

        explained.ShouldEndWith(", and 4 more");
        explained.Split("Path").Length.ShouldBe(17);
    }

    [Fact]
    public void A_rule_that_does_not_match_has_no_explanation() => Explain(PathIsRoot, new() { Path = "/x" }).ShouldBeEmpty();

    [Fact]
    public void A_whitelist_rule_is_explained_at_arrival() =>
        RuleTrial.Compile($$"""[ { "Id": "a", "Action": "Whitelist", "When": {{PathIsRoot}} } ]""").Explain(0, new RequestData().View()).ShouldBe("Path = \"/\"");

    private static string Explain(string condition, RequestData request) =>
        RuleTrial.CompileCondition(condition).Explain(0, request.View(), Slow.View());
}
