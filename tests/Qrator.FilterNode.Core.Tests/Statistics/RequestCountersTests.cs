namespace Qrator.FilterNode.Statistics;

public class RequestCountersTests
{
    private readonly RequestCounters _counters = new();

    [Fact]
    public void Each_outcome_is_counted_by_itself()
    {
        foreach (var outcome in Enum.GetValues<Outcome>())
        {
            for (var i = 0; i <= (int)outcome; i++)
            {
                _counters.Count(outcome);
            }
        }

        Enum.GetValues<Outcome>().ShouldAllBe(outcome => _counters.Of(outcome) == (int)outcome + 1);
    }

    [Fact]
    public void Codes_that_were_sent_are_listed_and_impossible_ones_ignored()
    {
        foreach (var code in new[] { 100, 200, 200, 404, 999, 99, 1_000, 0, -1 })
        {
            _counters.CountResponse(code);
        }

        _counters.Responses().ShouldBe([(100, 1L), (200, 2L), (404, 1L), (999, 1L)]);
    }

    [Fact]
    public void Matches_in_force_and_in_shadow_are_counted_apart()
    {
        var counter = new RuleCounter();
        counter.Count(shadow: false);
        counter.Count(shadow: true);
        counter.Count(shadow: true);
        (counter.Enforced, counter.Shadow).ShouldBe((1, 2));
    }
}
