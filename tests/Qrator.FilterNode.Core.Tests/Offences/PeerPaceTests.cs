namespace Qrator.FilterNode.Offences;

public sealed class PeerPaceTests
{
    private const int Period = 3;
    private PeerPace _pace;

    [Fact]
    public void Who_takes_nothing_of_what_waits_is_told_within_fifteen_seconds()
    {
        SecondsUntilSlow(second => (1000, 50_000)).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(15 - Period);
    }

    [Fact]
    public void Who_takes_less_than_the_lowest_rate_is_told()
    {
        SecondsUntilSlow(second => (second * 100, 50_000)).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(15 - Period);
    }

    [Fact]
    public void Who_stops_after_a_fast_beginning_is_told_as_soon()
    {
        SecondsUntilSlow(second => (Math.Min(second, 60) * 1_000_000, 50_000)).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(60 + 15);
    }

    [Fact]
    public void Who_takes_little_more_than_the_lowest_rate_is_in_time()
    {
        SecondsUntilSlow(second => (second * (PeerPace.LowestRate + 1), 50_000)).ShouldBeNull();
    }

    [Fact]
    public void Who_has_nothing_to_take_is_in_time()
    {
        SecondsUntilSlow(_ => (1000, 0)).ShouldBeNull();
    }

    [Fact]
    public void Who_takes_small_events_whose_acknowledgements_are_always_on_their_way_is_in_time()
    {
        SecondsUntilSlow(second => (second * 20, 10)).ShouldBeNull();
    }

    [Fact]
    public void Who_had_a_pause_in_between_is_measured_anew()
    {
        SecondsUntilSlow(second => (1000, second % 9 == 0 ? 0 : 50_000)).ShouldBeNull();
    }

    [Fact]
    public void A_node_that_was_asleep_blames_nobody()
    {
        long now = 0;
        for (var i = 0; i < 100; i++)
        {
            _pace.IsTooSlow(now += TimeSpan.FromSeconds(20).Ticks, 1000, 50_000).ShouldBeFalse();
        }
    }

    /// <summary>The second in which samples every three seconds tell it; null when they do not in an hour.</summary>
    private int? SecondsUntilSlow(Func<int, (long Done, long Pending)> sample)
    {
        for (var second = 0; second < 3600; second += Period)
        {
            var (done, pending) = sample(second);
            if (_pace.IsTooSlow(second * TimeSpan.TicksPerSecond, done, pending))
            {
                return second;
            }
        }

        return null;
    }
}
