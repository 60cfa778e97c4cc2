namespace Qrator.FilterNode.RateLimits;

public sealed class LeakyBucketTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1_000)]
    public void At_one_moment_burst_and_one_more_pass(int burst)
    {
        var limits = BucketLimits.Create(1, burst);
        var bucket = new LeakyBucket(0, 5);
        for (var i = 0; i <= burst; i++)
        {
            bucket = bucket.Meter(5, limits, out var early);
            early.ShouldBeFalse();
        }

        bucket.Meter(5, limits, out var excess);
        excess.ShouldBeTrue();
    }

    [Fact]
    public void Excess_adds_nothing()
    {
        var limits = BucketLimits.Create(1, 0);
        var full = new LeakyBucket(0, 0).Meter(0, limits, out _);
        full.Meter(0, limits, out var excess).ShouldBe(full);
        excess.ShouldBeTrue();
    }

    [Fact]
    public void Request_passes_at_the_very_tick_at_which_the_level_reaches_the_burst()
    {
        var limits = BucketLimits.Create(4, 2);
        var bucket = new LeakyBucket(3 * LeakyBucket.Unit, 0);
        bucket.Meter(Ticks.Seconds(0.25) - 1, limits, out var before);
        bucket.Meter(Ticks.Seconds(0.25), limits, out var at);
        before.ShouldBeTrue();
        at.ShouldBeFalse();
    }

    [Fact]
    public void Rate_that_divides_no_power_of_ten_is_exact_after_400_days()
    {
        // 0.007 requests a second fall by 241,920 in 400 days exactly; one tick before, 7 units are left.
        var limits = BucketLimits.Create(0.007m, 0);
        var bucket = new LeakyBucket(241_920 * LeakyBucket.Unit, Ticks.Days(1));
        bucket.LevelAt(Ticks.Days(401) - 1, limits).ShouldBe(7);
        bucket.LevelAt(Ticks.Days(401), limits).ShouldBe(0);
    }

    [Fact]
    public void Regular_requests_at_the_rate_never_drift_after_400_days_of_uptime()
    {
        // Three a second have no whole number of ticks between them; each second holds exactly three all the same.
        var limits = BucketLimits.Create(3, 2);
        var bucket = new LeakyBucket(0, Ticks.Days(400));
        for (var second = 0; second < 10_000; second++)
        {
            for (var i = 0; i < 3; i++)
            {
                bucket = bucket.Meter(Ticks.Days(400) + Ticks.Seconds(second), limits, out var excess);
                excess.ShouldBeFalse();
            }

            bucket.Level.ShouldBe(3 * LeakyBucket.Unit);
            bucket.Meter(Ticks.Days(400) + Ticks.Seconds(second), limits, out var fourth);
            fourth.ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("1000000")]
    [InlineData("0.001")]
    public void No_time_however_long_overflows(string rate)
    {
        var limits = BucketLimits.Create(decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture), 1_000_000);
        new LeakyBucket(1_000_001 * LeakyBucket.Unit, 0).LevelAt(long.MaxValue, limits).ShouldBe(0);
    }

    [Fact]
    public void Moment_before_the_last_one_counts_as_the_last_one()
    {
        var limits = BucketLimits.Create(1, 0);
        var bucket = new LeakyBucket(LeakyBucket.Unit / 2, 1_000);
        bucket.LevelAt(1, limits).ShouldBe(LeakyBucket.Unit / 2);
        bucket.Meter(1, limits, out _).At.ShouldBe(1_000);
    }

    [Fact]
    public void Waiting_time_is_the_shortest_after_which_a_request_passes()
    {
        var random = new SeededRandom();
        for (var i = 0; i < 20_000; i++)
        {
            var limits = BucketLimits.Create(random.Next(1, random.Pick([10, 10_000, 1_000_000_001])) * 0.001m, random.Next(20));
            var bucket = new LeakyBucket((limits.Burst * LeakyBucket.Unit) + random.NextInt64(1, 2 * LeakyBucket.Unit), Ticks.Days(500));
            var wait = bucket.TicksUntilAllowed(limits);
            bucket.Meter(bucket.At + wait - 1, limits, out var before);
            bucket.Meter(bucket.At + wait, limits, out var at);
            (before, at).ShouldBe((true, false), $"{bucket}, {limits}, {random}");
        }
    }
}
