namespace Qrator.FilterNode.Time;

public class NodeClockTests
{
    [Fact]
    public void It_starts_two_days_after_zero_so_that_yesterday_is_never_negative() =>
        new NodeClock(new TestTimeProvider()).Now.ShouldBe(TimeSpan.FromDays(2).Ticks);

    [Theory]
    [InlineData(1_000_000_000)]
    [InlineData(10_000_000)]
    [InlineData(1_000)]
    public void It_moves_as_far_as_time_passes_whatever_the_frequency_of_the_timer(long frequency)
    {
        var time = new TestTimeProvider(frequency);
        var clock = new NodeClock(time);
        var start = clock.Now;

        time.Advance(TimeSpan.FromMilliseconds(90_061_001));

        (clock.Now - start - TimeSpan.FromMilliseconds(90_061_001).Ticks).ShouldBeInRange(-1, 1);
    }

    [Theory]
    [InlineData(-365)]
    [InlineData(365)]
    public void Steps_of_the_wall_clock_do_not_move_it(int days)
    {
        var time = new TestTimeProvider();
        var clock = new NodeClock(time);
        var before = clock.Now;

        time.StepWallClock(TimeSpan.FromDays(days));

        clock.Now.ShouldBe(before);
    }

    [Fact]
    public void It_never_goes_back_also_after_years_of_uptime()
    {
        var time = new TestTimeProvider();
        var clock = new NodeClock(time);
        time.Advance(TimeSpan.FromDays(3_650));
        var last = clock.Now;
        for (var i = 0; i < 1_000; i++)
        {
            time.Advance(TimeSpan.FromTicks(1));
            var now = clock.Now;
            now.ShouldBeGreaterThanOrEqualTo(last);
            last = now;
        }

        (last - TimeSpan.FromDays(3_652).Ticks - 1_000).ShouldBeInRange(-100, 100);
    }

    [Fact]
    public void A_moment_becomes_the_wall_clock_time_that_the_wall_clock_shows_now()
    {
        var time = new TestTimeProvider();
        var clock = new NodeClock(time);
        var later = clock.Now + TimeSpan.FromMinutes(30).Ticks;
        clock.ToUtc(later).ShouldBe(time.GetUtcNow().AddMinutes(30));

        time.Advance(TimeSpan.FromMinutes(10));
        clock.ToUtc(later).ShouldBe(time.GetUtcNow().AddMinutes(20));

        time.StepWallClock(TimeSpan.FromHours(1));
        clock.ToUtc(later).ShouldBe(time.GetUtcNow().AddMinutes(20));
    }

    [Fact]
    public void Reading_it_allocates_nothing()
    {
        var clock = new NodeClock(new TestTimeProvider());
        Allocations.Of(() => clock.Now).ShouldBe(0);
    }
}
