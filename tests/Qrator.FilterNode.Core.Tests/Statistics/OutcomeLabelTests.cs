using System.Text.RegularExpressions;

namespace Qrator.FilterNode.Statistics;

public partial class OutcomeLabelTests
{
    public static TheoryData<Outcome> Outcomes => [.. Enum.GetValues<Outcome>()];

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Every_outcome_has_its_own_name_in_snake_case(Outcome outcome) =>
        OutcomeLabel.Of(outcome).ShouldBe(CapitalInside().Replace(outcome.ToString(), "_$0").ToLowerInvariant());

    [Fact]
    public void The_words_are_those_that_the_operators_were_promised()
    {
        OutcomeLabel.Count.ShouldBe(Enum.GetValues<Outcome>().Length);
        Enum.GetValues<Outcome>().Select(OutcomeLabel.Of).ShouldBe(
            [
                "passed", "blacklisted", "rate_limited", "body_limit", "maintenance", "origin_unreachable", "origin_timeout", "origin_error",
                "client_aborted", "bad_request", "unknown_host",
            ],
            ignoreOrder: true);
    }

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex CapitalInside();
}
