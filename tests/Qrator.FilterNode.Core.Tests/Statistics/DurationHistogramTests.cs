namespace Qrator.FilterNode.Statistics;

public class DurationHistogramTests
{
    [Fact]
    public void A_duration_is_counted_in_the_first_bucket_whose_bound_it_does_not_exceed()
    {
        for (var bucket = 0; bucket < DurationHistogram.UpperSeconds.Count; bucket++)
        {
            var bound = (long)Math.Round(DurationHistogram.UpperSeconds[bucket] * TimeSpan.TicksPerSecond);
            var histogram = new DurationHistogram();
            histogram.Count(bound);
            histogram.Count(bound + 1);

            histogram.InBucket(bucket).ShouldBe(1);
            histogram.InBucket(bucket + 1).ShouldBe(1);
            histogram.SumTicks.ShouldBe((2 * bound) + 1);
        }
    }

    [Fact]
    public void A_clock_that_stepped_back_counts_as_no_time()
    {
        var histogram = new DurationHistogram();
        histogram.Count(-5);
        histogram.InBucket(0).ShouldBe(1);
        histogram.SumTicks.ShouldBe(0);
    }

    [Fact]
    public void The_bounds_rise_from_half_a_millisecond_to_a_minute()
    {
        DurationHistogram.UpperSeconds.ShouldBe(DurationHistogram.UpperSeconds.Order());
        DurationHistogram.UpperSeconds[0].ShouldBe(0.0005);
        DurationHistogram.UpperSeconds[^1].ShouldBe(60);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var histogram = new DurationHistogram();
        Allocations.Of(() =>
        {
            histogram.Count(123_456);
            return 0;
        }).ShouldBe(0);
    }
}
