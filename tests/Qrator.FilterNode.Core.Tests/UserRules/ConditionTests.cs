namespace Qrator.FilterNode.UserRules;

/// <summary>What conditions mean, one promise a test.</summary>
public class ConditionTests
{
    private static readonly RequestData Empty = new();

    [Theory]
    [InlineData("!=")]
    [InlineData("notContains")]
    [InlineData("notExists")]
    public void Where_the_header_is_absent_the_contraries_are_true(string @operator) =>
        RuleTrial.IsTrue(Test("UserAgent", @operator, @operator == "notExists" ? null : "x"), Empty).ShouldBeTrue();

    [Theory]
    [InlineData("=", "x")]
    [InlineData("=", "")]
    [InlineData("contains", "x")]
    [InlineData("startsWith", "x")]
    [InlineData("endsWith", "x")]
    [InlineData("matches", "^$")]
    [InlineData("exists", null)]
    public void Where_the_header_is_absent_everything_else_is_false(string @operator, string? value) =>
        RuleTrial.IsTrue(Test("UserAgent", @operator, value), Empty).ShouldBeFalse();

    [Fact]
    public void A_header_with_an_empty_value_exists()
    {
        var request = new RequestData { UserAgent = "" };

        RuleTrial.IsTrue(Test("UserAgent", "exists", null), request).ShouldBeTrue();
        RuleTrial.IsTrue(Test("UserAgent", "notExists", null), request).ShouldBeFalse();
        RuleTrial.IsTrue(Test("UserAgent", "=", ""), request).ShouldBeTrue();
    }

    [Theory]
    [InlineData("=", false)]
    [InlineData("!=", true)]
    [InlineData("<", false)]
    [InlineData("<=", false)]
    [InlineData(">", false)]
    [InlineData(">=", false)]
    public void An_absent_Content_Length_is_not_zero(string @operator, bool expected) =>
        RuleTrial.IsTrue(Test("ContentLength", @operator, "0"), Empty).ShouldBe(expected);

    [Theory]
    [InlineData("in", false)]
    [InlineData("notIn", true)]
    public void An_unknown_country_is_in_no_set(string @operator, bool expected) =>
        RuleTrial.IsTrue($$"""{ "Property": "Geo", "Operator": "{{@operator}}", "Values": ["DE"] }""", Empty).ShouldBe(expected);

    [Fact]
    public void Host_and_Method_are_compared_without_case_and_everything_else_with_it()
    {
        var request = new RequestData { Method = "gEt", Host = "Shop.Example", Path = "/Login", Query = "A=1", UserAgent = "Bot" };

        RuleTrial.IsTrue(Test("Method", "=", "GET"), request).ShouldBeTrue();
        RuleTrial.IsTrue(Test("Host", "endsWith", ".EXAMPLE"), request).ShouldBeTrue();
        RuleTrial.IsTrue(Test("Host", "matches", "^shop"), request).ShouldBeTrue();
        RuleTrial.IsTrue(Test("Path", "=", "/login"), request).ShouldBeFalse();
        RuleTrial.IsTrue(Test("Query", "startsWith", "a="), request).ShouldBeFalse();
        RuleTrial.IsTrue(Test("UserAgent", "matches", "bot"), request).ShouldBeFalse();
    }

    [Fact]
    public void Names_of_headers_are_compared_without_case_and_names_of_cookies_with_it()
    {
        var request = new RequestData { Headers = { ["x-Test"] = "1" }, Cookies = "sid=1" };

        RuleTrial.IsTrue("""{ "Property": "Header", "Name": "X-TEST", "Operator": "exists" }""", request).ShouldBeTrue();
        RuleTrial.IsTrue("""{ "Property": "Cookie", "Name": "sid", "Operator": "exists" }""", request).ShouldBeTrue();
        RuleTrial.IsTrue("""{ "Property": "Cookie", "Name": "SID", "Operator": "exists" }""", request).ShouldBeFalse();
    }

    [Theory]
    [InlineData("00:00:01", false)]
    [InlineData("00:00:01.0000001", true)]
    public void Duration_is_compared_to_the_tick(string duration, bool expected) =>
        RuleTrial.IsTrue(Test("Duration", ">", "00:00:01"), Empty, new() { Duration = TimeSpan.Parse(duration, System.Globalization.CultureInfo.InvariantCulture) }).ShouldBe(expected);

    [Fact]
    public void Negation_of_a_test_is_true_where_the_value_is_absent() =>
        RuleTrial.IsTrue($$"""{ "Not": {{Test("UserAgent", "startsWith", "Mozilla")}} }""", Empty).ShouldBeTrue();

    [Fact]
    public void Nothing_is_greater_than_the_greatest_number() =>
        RuleTrial.IsTrue(Test("ContentLength", ">", "9223372036854775807"), new() { ContentLength = long.MaxValue }).ShouldBeFalse();

    private static string Test(string property, string @operator, string? value) =>
        $$"""{ "Property": "{{property}}", "Operator": "{{@operator}}"{{(value is null ? "" : $", \"Value\": \"{value}\"")}} }""";
}
