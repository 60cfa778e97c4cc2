using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Filtering;

public class RefusalCounterTests
{
    private static readonly long Start = TimeSpan.FromDays(2).Ticks;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(60_000)]
    public void The_last_of_many_refusals_within_a_minute_is_told_and_the_count_begins_anew(int many)
    {
        var counter = new RefusalCounter();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 1; i <= many; i++)
            {
                counter.Count(ClientKey.FromIPv4(7), Start + (i * TimeSpan.TicksPerMillisecond / 2), many).ShouldBe(i == many);
            }
        }
    }

    [Fact]
    public void Refusals_of_different_minutes_are_not_counted_together()
    {
        var counter = new RefusalCounter();
        for (var minute = 0; minute < 3_000; minute++)
        {
            counter.Count(ClientKey.FromIPv4(7), Start + (minute * TimeSpan.TicksPerMinute), 2).ShouldBeFalse();
        }
    }

    [Fact]
    public void As_many_clients_as_there_is_room_for_are_counted_as_a_naive_count_does()
    {
        var random = new SeededRandom();
        var counter = new RefusalCounter();
        var naive = new Dictionary<ClientKey, int>();
        var differences = 0;
        for (var i = 0; i < 300_000; i++)
        {
            var client = Client(random.Next(20_000));
            var count = naive[client] = naive.GetValueOrDefault(client) + 1;
            naive[client] = count == 10 ? 0 : count;
            differences += counter.Count(client, Start + (i * TimeSpan.TicksPerMillisecond / 10), 10) == (count == 10) ? 0 : 1;
        }

        // 20,000 clients in 262,144 slots: a line overflows once in millions of runs, and two clients look alike about once in 25 million pairs.
        differences.ShouldBeLessThan(20, random.ToString());
    }

    [Fact]
    public void Those_that_come_most_are_found_among_more_than_there_is_room_for()
    {
        var random = new SeededRandom();
        var counter = new RefusalCounter();
        var found = new HashSet<int>();
        for (var i = 0; i < 1_000_000; i++)
        {
            // Every tenth refusal is one of 100 that come again and again, the others never come again.
            var number = i % 10 == 0 ? random.Next(100) : 1_000 + i;
            if (counter.Count(Client(number), Start + (i * TimeSpan.TicksPerMillisecond / 20), 20))
            {
                found.Add(number);
            }
        }

        found.Count.ShouldBe(100, random.ToString());
        found.ShouldAllBe(number => number < 100);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var counter = new RefusalCounter();
        var client = Client(1);
        Allocations.Of(() => counter.Count(client, Start, 10)).ShouldBe(0);
    }

    [Fact]
    public void Threads_that_count_at_once_lose_no_more_than_what_they_count_in_the_same_moment()
    {
        const int threads = 4;
        const int each = 50_000;
        var counter = new RefusalCounter();
        var told = 0;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            for (var i = 0; i < each; i++)
            {
                if (counter.Count(Client(thread), Start, 10))
                {
                    Interlocked.Increment(ref told);
                }
            }
        });

        told.ShouldBe(threads * each / 10);
    }

    private static ClientKey Client(int number) =>
        number % 2 == 0 ? ClientKey.FromIPv4(0x0A00_0000 + (uint)number) : new ClientKey(0x2001_0DB8_0000_0000 + (ulong)number, 0);
}
