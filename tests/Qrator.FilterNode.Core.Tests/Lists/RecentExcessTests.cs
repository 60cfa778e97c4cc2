using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

public sealed class RecentExcessTests
{
    private static readonly long Start = TimeSpan.FromDays(2).Ticks;

    [Fact]
    public void Of_a_client_and_a_rule_one_a_minute_is_picked()
    {
        var recent = new RecentExcess();
        var picked = Enumerable.Range(0, 6_000).Count(i => recent.IsFirst(ClientKey.FromIPv4(7), "login", Start + (i * TimeSpan.TicksPerSecond / 10)));

        picked.ShouldBe(10);
    }

    [Fact]
    public void Picking_allocates_nothing()
    {
        var recent = new RecentExcess();
        var at = Start;
        Allocations.Of(() => recent.IsFirst(ClientKey.FromIPv4(7), "login", at += TimeSpan.TicksPerMinute)).ShouldBe(0);
    }
}
