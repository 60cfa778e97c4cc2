namespace Qrator.FilterNode.Statistics;

public class StripedCountersTests
{
    [Fact]
    public async Task The_sum_is_exact_however_many_threads_add()
    {
        const int Threads = 16;
        const int Times = 500_000;
        var counters = new StripedCounters(11);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Times; i++)
                {
                    counters.Add((thread + i) % 11);
                    counters.Add(10, 3);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        var expected = new long[11];
        for (var thread = 0; thread < Threads; thread++)
        {
            for (var i = 0; i < Times; i++)
            {
                expected[(thread + i) % 11]++;
                expected[10] += 3;
            }
        }

        Enumerable.Range(0, counters.Count).Select(counters.Read).ShouldBe(expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(900)]
    public void Each_counter_counts_by_itself(int count)
    {
        var counters = new StripedCounters(count);
        counters.Count.ShouldBe(count);
        for (var i = 0; i < count; i++)
        {
            counters.Read(i).ShouldBe(0);
            counters.Add(i, i + 1);
        }

        Enumerable.Range(0, count).Select(counters.Read).ShouldBe(Enumerable.Range(1, count).Select(i => (long)i));
    }

    [Fact]
    public async Task The_counters_that_are_used_are_found_whichever_thread_used_them()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 100; round++)
        {
            var counters = new StripedCounters(random.Next(1, 200));
            var used = new SortedSet<int>(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(counters.Count)));
            foreach (var counter in used)
            {
                await Task.Factory.StartNew(() => counters.Add(counter), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }

            for (var from = 0; from <= counters.Count; from++)
            {
                counters.FirstUsed(from).ShouldBe(used.Where(counter => counter >= from).DefaultIfEmpty(-1).First(), random.ToString());
            }
        }
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        var counters = new StripedCounters(11);
        Allocations.Of(() =>
        {
            counters.Add(3);
            return 0;
        }).ShouldBe(0);
    }
}
