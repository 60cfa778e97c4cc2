namespace Qrator.FilterNode.Statistics;

public sealed class RuleCounterTests
{
    [Fact]
    public void Threads_that_count_the_first_matches_at_once_lose_none()
    {
        const int threads = 4;
        const int each = 1_000;
        for (var round = 0; round < 50; round++)
        {
            var counter = new RuleCounter();
            using var together = new Barrier(threads);
            var running = Enumerable.Range(0, threads).Select(thread => new Thread(() =>
            {
                together.SignalAndWait();
                for (var i = 0; i < each; i++)
                {
                    counter.Count(shadow: thread == 0);
                }
            })).ToList();
            running.ForEach(thread => thread.Start());
            running.ForEach(thread => thread.Join());

            counter.Enforced.ShouldBe((threads - 1) * each);
            counter.Shadow.ShouldBe(each);
        }
    }

    [Fact]
    public void A_rule_that_never_matched_counts_nothing()
    {
        var counter = new RuleCounter();
        counter.Enforced.ShouldBe(0);
        counter.Shadow.ShouldBe(0);
    }
}
