using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Statistics.Intervals;

public class ServiceStatisticsTests
{
    private const long Noon = 1_767_268_800;

    private readonly IntervalCounts _counters = new();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(179, 0)]
    [InlineData(180, 180)]
    [InlineData(-1, -180)]
    [InlineData(-180, -180)]
    [InlineData(Noon + 5, Noon)]
    public void Intervals_begin_at_full_multiples_of_three_minutes(long moment, long start)
    {
        IntervalTime.StartOf(moment).ShouldBe(start);
        IntervalTime.StartOf(At(moment)).ShouldBe(start);
    }

    [Fact]
    public void Whatever_the_clock_and_restarts_do_every_request_is_in_one_interval()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 100; round++)
        {
            var (counters, model) = (new IntervalCounts(), new SortedDictionary<long, long>());
            var disk = new Dictionary<long, byte[]>();
            var statistics = new ServiceStatistics(() => Copy(counters));
            var now = Noon;
            var atTick = IntervalTime.StartOf(now);
            statistics.Tick(At(now));
            for (var step = 0; step < 200; step++)
            {
                var came = random.Next(5);
                counters[0] += came;
                model[atTick] = model.GetValueOrDefault(atTick) + came;
                now += random.Next(20) switch
                {
                    0 => -random.Next(1_000),
                    1 => random.Next(5_000),
                    _ => random.Next(60),
                };
                if (random.Next(20) == 0)
                {
                    // The node stops, and starts again later.
                    statistics.Close(At(now));
                    Save(statistics, disk);
                    (counters, statistics) = (new(), new(() => Copy(counters)));
                    now += random.Next(400);
                    statistics.Tick(At(now));
                    foreach (var (start, bytes) in disk)
                    {
                        statistics.History.Restore(start, bytes).ShouldBeTrue();
                    }
                }

                atTick = IntervalTime.StartOf(now);
                statistics.Tick(At(now));
                statistics.Current(At(now)).Start.ShouldBe(atTick);
                statistics.Current(At(now)).Counts.Requests.ShouldBe(model.GetValueOrDefault(atTick), random.ToString());
            }

            statistics.Close(At(now));
            var all = statistics.History.Between(long.MinValue, long.MaxValue);
            all.Where(interval => interval.Counts.Requests > 0).Select(interval => (interval.Start, interval.Counts.Requests))
                .ShouldBe(model.Where(pair => pair.Value > 0).Select(pair => (pair.Key, pair.Value)), random.ToString());
            Save(statistics, disk);
            disk.ToDictionary(row => row.Key, row => IntervalEncoding.Decode(row.Value)!.Requests)
                .ShouldBe(all.ToDictionary(interval => interval.Start, interval => interval.Counts.Requests), ignoreOrder: true, random.ToString());
        }
    }

    [Fact]
    public void An_interval_without_a_request_is_zeros_and_one_that_nobody_counted_a_gap()
    {
        var statistics = new ServiceStatistics(() => Copy(_counters));
        statistics.Tick(At(Noon));
        statistics.Tick(At(Noon + 180));
        statistics.Tick(At(Noon + 720));
        statistics.Tick(At(Noon + 900));

        StatisticsSeries.Of(statistics.History, Noon, Noon + 1_080, 180).Select(point => point is null ? -1 : point.Requests).ShouldBe([0, 0, -1, -1, 0, -1]);
    }

    [Fact]
    public void The_size_of_the_blacklist_is_that_of_the_end()
    {
        var size = IntervalLayout.SizeOf(Lists.ListSource.Api);
        var statistics = new ServiceStatistics(() => Copy(_counters));
        _counters[size] = 5;
        statistics.Tick(At(Noon));
        _counters[size] = 3;
        statistics.Tick(At(Noon + 180));
        _counters[size] = 4;
        statistics.Tick(At(Noon + 360));

        StatisticsSeries.Of(statistics.History, Noon, Noon + 360, 180).Select(point => point!.Blacklisted(Lists.ListSource.Api)).ShouldBe([3, 4]);
        StatisticsSeries.Of(statistics.History, Noon, Noon + 360, 360).Single()!.Blacklisted(Lists.ListSource.Api).ShouldBe(4);
    }

    [Fact]
    public void A_series_has_in_each_step_what_a_plain_sum_has()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 100; round++)
        {
            var history = new IntervalHistory();
            var model = new Dictionary<long, IntervalCounts>();
            for (var i = 0; i < 100; i++)
            {
                if (random.NextBool())
                {
                    model[Noon + (i * 180)] = RandomCounts.Next(random);
                    history.Add(Noon + (i * 180), model[Noon + (i * 180)]);
                }
            }

            var from = Noon + (random.Next(-10, 60) * 180);
            var to = from + (random.Next(80) * 180);
            var step = random.Next(1, 12) * 180;
            var expected = new List<long[]>();
            for (var start = from; start < to; start += step)
            {
                var starts = model.Keys.Where(time => time >= start && time < start + step && time < to).Order().ToList();
                var sum = new IntervalCounts();
                starts.ForEach(time => sum.Add(model[time]));
                expected.Add(starts.Count == 0 ? [] : RandomCounts.Values(sum));
            }

            StatisticsSeries.Of(history, from, to, step).Select(RandomCounts.Values).ShouldBe(expected, random.ToString());
        }
    }

    [Fact]
    public void The_billing_figure_is_the_31st_highest_of_the_larger_directions()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 50; round++)
        {
            var history = new IntervalHistory();
            var values = new List<long>();
            var most = random.Next(1, 200);
            for (var i = 0; i < most; i++)
            {
                var counts = new IntervalCounts();
                counts[IntervalLayout.ReceivedOf(TrafficKind.Passed)] = random.Next(1_000_000);
                counts[IntervalLayout.SentOf(TrafficKind.Passed)] = random.Next(1_000_000);
                counts[IntervalLayout.ReceivedOf(TrafficKind.Dropped)] = 1L << 40;
                history.Add(Noon + (i * 180), counts);
                values.Add(Math.Max(counts.Received(TrafficKind.Passed), counts.Sent(TrafficKind.Passed)));
            }

            history.Add(Noon - 180, Huge());
            history.Add(Noon + (most * 180), Huge());

            var figure = BillableTraffic.Of(history, Noon, Noon + (most * 180));

            figure.Intervals.ShouldBe(most);
            figure.Bytes.ShouldBe(values.OrderDescending().Skip(30).FirstOrDefault(), random.ToString());
            figure.BitsPerSecond.ShouldBe(figure.Bytes * 8 / 180.0);
        }
    }

    [Fact]
    public void The_history_is_bounded_by_number_and_tells_what_fell_out()
    {
        var history = new IntervalHistory();
        for (var i = 0; i < IntervalHistory.Most + 10; i++)
        {
            history.Add(Noon + (i * 180L), new());
        }

        history.Count.ShouldBe(IntervalHistory.Most);
        history.Find(Noon).ShouldBeNull();
        var unsaved = history.TakeUnsaved(int.MaxValue);
        unsaved.Count(interval => interval.Bytes is null).ShouldBe(10);
        unsaved.Count.ShouldBe(IntervalHistory.Most + 10);
        history.HasUnsaved.ShouldBeFalse();

        history.ForgetSaved();
        history.TakeUnsaved(100).Count.ShouldBe(100);
        history.TakeUnsaved(int.MaxValue).Count.ShouldBe(IntervalHistory.Most - 100);
    }

    [Fact]
    public void What_nobody_saves_takes_no_more_memory_for_ever()
    {
        var history = new IntervalHistory();
        for (var i = 0; i < IntervalHistory.Most * 4; i++)
        {
            history.Add(Noon + (i * 180L), new());
        }

        history.TakeUnsaved(int.MaxValue).Count.ShouldBeLessThanOrEqualTo(2 * IntervalHistory.Most);
    }

    [Fact]
    public void A_leap_of_the_clock_by_years_and_back_leaves_the_history_as_it_is()
    {
        var statistics = new ServiceStatistics(() => Copy(_counters));
        for (var i = 0; i < 100; i++)
        {
            _counters[0]++;
            statistics.Tick(At(Noon + (i * 180)));
        }

        statistics.Tick(At(Noon + 1_000_000_000));
        statistics.Tick(At(Noon + 99 * 180));

        statistics.History.Between(Noon, Noon + (100 * 180)).Select(interval => interval.Counts.Requests).ShouldBe([2, .. Enumerable.Repeat(1, 98), 0]);
        statistics.History.Find(IntervalTime.StartOf(Noon + 1_000_000_000))!.Requests.ShouldBe(0);
    }

    [Fact]
    public void What_was_saved_badly_is_not_restored()
    {
        var history = new IntervalHistory();
        history.Restore(Noon, [7, 7]).ShouldBeFalse();
        history.Restore(Noon + 1, IntervalEncoding.Encode(new())).ShouldBeFalse();
        history.Count.ShouldBe(0);
    }

    private static IntervalCounts Huge()
    {
        var counts = new IntervalCounts();
        counts[IntervalLayout.SentOf(TrafficKind.Passed)] = 1L << 50;
        return counts;
    }

    private static void Save(ServiceStatistics statistics, Dictionary<long, byte[]> disk)
    {
        foreach (var (start, bytes) in statistics.History.TakeUnsaved(int.MaxValue))
        {
            disk[start] = bytes!;
        }
    }

    private static IntervalCounts Copy(IntervalCounts counters) => counters.Since(new());

    private static DateTimeOffset At(long moment) => DateTimeOffset.FromUnixTimeSeconds(moment);
}
