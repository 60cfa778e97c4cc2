using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.HeaderRules;

public class MatchDetailTests
{
    [Theory]
    [InlineData("BadBot/1.0 (+https://bad.example)", "User-Agent is \"BadBot/1.0 (+https://bad.example)\"")]
    [InlineData("two\r\nlines", "User-Agent is \"two\\u000d\\u000alines\"")]
    [InlineData("a \"quote\" and a \\", "User-Agent is \"a \\u0022quote\\u0022 and a \\u005c\"")]
    [InlineData("\u001b[31mred\u007f\0", "User-Agent is \"\\u001b[31mred\\u007f\\u0000\"")]
    [InlineData("b\u00fccher \u202e", "User-Agent is \"b\\u00fccher \\u202e\"")]
    public void Nothing_that_a_stranger_sends_breaks_a_line_or_a_terminal(string value, string expected) =>
        MatchDetail.Of(Rule(TextProperty.UserAgent, HeaderTest.Contains), value).ShouldBe(expected);

    [Fact]
    public void A_long_value_is_cut()
    {
        MatchDetail.Of(Rule(TextProperty.Referer, HeaderTest.Contains), new string('x', 200)).ShouldBe($"Referer is \"{new string('x', 200)}\"");
        MatchDetail.Of(Rule(TextProperty.Referer, HeaderTest.Contains), new string('x', 201)).ShouldBe($"Referer is \"{new string('x', 200)}...\"");
    }

    [Theory]
    [InlineData(TextProperty.UserAgent, "User-Agent is empty")]
    [InlineData(TextProperty.Referer, "Referer is empty")]
    public void An_empty_header_is_called_so(TextProperty property, string expected) =>
        MatchDetail.Of(Rule(property, HeaderTest.IsEmpty), "").ShouldBe(expected);

    private static HeaderRuleSnapshot Rule(TextProperty property, HeaderTest test) => new(
        property, test, "x", new ClientList(ListKind.Blacklist, 1).CauseOf(ListSource.Header, "rule"), TimeSpan.FromMinutes(30), false, new RuleCounter());
}
