using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Logging;

public sealed class LineBudgetTests
{
    [Fact]
    public void A_second_has_its_lines_and_the_next_one_tells_how_many_got_none()
    {
        var time = new StoppedTime();
        var budget = new LineBudget(time);
        var taken = 0;
        for (var i = 0; i < LineBudget.PerSecond + 500; i++)
        {
            taken += budget.TryTake(out var told) ? 1 : 0;
            told.ShouldBe(0);
        }

        taken.ShouldBe(LineBudget.PerSecond);
        time.Seconds++;
        budget.TryTake(out var leftOut).ShouldBeTrue();
        leftOut.ShouldBe(500);
        budget.TryTake(out leftOut).ShouldBeTrue();
        leftOut.ShouldBe(0);
    }

    [Fact]
    public async Task A_long_call_writes_no_more_lines_than_that_and_the_rest_is_told_later()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        await node.CallAsync("blacklist_append", $"[{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"[\"10.0.{i >> 8}.{i & 255}\",0]"))}]");
        node.Time.Advance(TimeSpan.FromSeconds(2));
        await node.CallAsync("blacklist_append", """[["203.0.113.7", 0, "later"]]""");

        node.Log.Count("listed: ").ShouldBeLessThan(20_001);
        node.Log.Count(" later").ShouldBe(1);
        node.Log.Count("list changes without a line of their own: ").ShouldBeGreaterThan(0);
    }

    private sealed class StoppedTime : TimeProvider
    {
        public long Seconds { get; set; } = 100;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Seconds * 1_000;
    }
}
