using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Statistics.Top;

public class ClientSummaryTests
{
    private const int Clients = 20_000;
    private const int Additions = 200_000;

    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.8, 1)]
    [InlineData(1.1, 1)]
    [InlineData(1.1, 5_000)]
    [InlineData(1.6, 5_000)]
    public void What_is_told_holds_against_an_exact_count(double skew, int mostWeight)
    {
        var random = new SeededRandom();
        var summary = new ClientSummary();
        var next = Zipf(random, skew);
        var windows = new[] { new long[Clients], new long[Clients] };
        for (var window = 0; window < 3; window++)
        {
            if (window > 0)
            {
                summary.Turn();
                windows = [windows[1], new long[Clients]];
            }

            for (var i = 0; i < Additions; i++)
            {
                var (client, weight) = (next(), random.Next(1, mostWeight + 1));
                summary.Add(Key(client), weight);
                windows[1][client] += weight;
            }

            var (found, total) = summary.Top(int.MaxValue);
            total.ShouldBe(windows[0].Sum() + windows[1].Sum());
            found.Select(client => client.Count).ShouldBeInOrder(SortDirection.Descending);
            var told = found.ToDictionary(client => client.Client);
            for (var client = 0; client < Clients; client++)
            {
                var (exact, bound) = (windows[0][client] + windows[1][client], summary.ErrorBound(Key(client)));
                if (told.TryGetValue(Key(client), out var top))
                {
                    exact.ShouldBeInRange(top.Count - top.Error, top.Count, random.ToString());
                    top.Error.ShouldBeLessThanOrEqualTo(bound, random.ToString());
                }
                else
                {
                    exact.ShouldBeLessThanOrEqualTo(bound, random.ToString());
                }
            }
        }
    }

    [Fact]
    public void The_heavy_ones_are_found_in_their_order_among_many_light_ones()
    {
        var random = new SeededRandom();
        var summary = new ClientSummary();
        for (var i = 0; i < Additions; i++)
        {
            summary.Add(Key(random.Next(1_000, 10_000_000)), 1);
        }

        for (var heavy = 1; heavy <= 5; heavy++)
        {
            summary.Add(Key(heavy), 10_000 * heavy);
        }

        summary.Top(5).Clients.Select(client => client.Client).ShouldBe([Key(5), Key(4), Key(3), Key(2), Key(1)], random.ToString());
    }

    [Fact]
    public async Task Nothing_is_lost_however_many_threads_add()
    {
        const int Threads = 8;
        const int Times = 100_000;
        var summary = new ClientSummary();
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Times; i++)
                {
                    summary.Add(Key(i % 5), 1);
                    summary.Add(Key(1_000 + thread), 2);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        var (found, total) = summary.Top(100);
        total.ShouldBe(Threads * Times * 3);
        found.Count.ShouldBe(5 + Threads);
        found.ShouldAllBe(client => client.Error == 0 && client.Count == (client.Client.IPv4 < 1_000 ? Threads * Times / 5 : Times * 2));
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        var (summary, next) = (new ClientSummary(), 0);
        Allocations.Of(() =>
        {
            summary.Add(Key(next++), 1);
            return 0;
        }).ShouldBe(0);
    }

    private static ClientKey Key(int client) => ClientKey.FromIPv4((uint)client);

    // The client of rank r comes with a probability in proportion to 1 / r^skew.
    private static Func<int> Zipf(SeededRandom random, double skew)
    {
        var sums = new double[Clients];
        var sum = 0.0;
        for (var rank = 0; rank < Clients; rank++)
        {
            sums[rank] = sum += Math.Pow(rank + 1, -skew);
        }

        return () =>
        {
            var found = Array.BinarySearch(sums, random.NextDouble() * sum);
            return Math.Min(found < 0 ? ~found : found, Clients - 1);
        };
    }
}
