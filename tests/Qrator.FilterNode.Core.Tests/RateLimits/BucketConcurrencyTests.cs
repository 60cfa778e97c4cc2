using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.RateLimits;

public sealed class BucketConcurrencyTests
{
    private const int Threads = 8;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Threads_that_meter_one_client_at_a_frozen_clock_get_burst_and_one_requests_through()
    {
        const int burst = 10_000;
        var store = new BucketStore(1_000);
        var client = ClientKey.FromIPv4(1);
        store.Touch(client, 0, Minute);
        var allowed = 0;
        Run(_ =>
        {
            for (var i = 0; i < burst; i++)
            {
                if (store.Meter(client, 0, BucketLimits.Create(1, burst)).Outcome == MeterOutcome.Allowed)
                {
                    Interlocked.Increment(ref allowed);
                }
            }
        });
        allowed.ShouldBe(burst + 1);
    }

    [Fact]
    public void Threads_that_add_clients_never_exceed_the_maximum_and_lose_none()
    {
        const int maximum = 20_000;
        var store = new BucketStore(maximum);
        var limited = 0;
        Run(thread =>
        {
            for (var i = 0; i < maximum; i++)
            {
                // All threads come with the same clients; each client may be new only once.
                if (store.Touch(ClientKey.FromIPv4((uint)((i + (thread * 997)) % (2 * maximum))), 0, Minute) == TouchOutcome.Limited)
                {
                    Interlocked.Increment(ref limited);
                }
            }
        });
        (limited, store.Count).ShouldBe((maximum, maximum));
        store.List(0, default).Select(entry => entry.Client).Distinct().Count().ShouldBe(maximum);
    }

    [Fact]
    public void Clients_that_stay_are_metered_right_while_others_come_go_and_are_swept()
    {
        const int staying = 64;
        const int rounds = 3_000;
        var store = new BucketStore(5_000);
        for (uint i = 0; i < staying; i++)
        {
            store.Touch(ClientKey.FromIPv4(i), 0, Minute);
        }

        var limits = BucketLimits.Create(0.001m, 1_000_000);
        Run(thread =>
        {
            for (uint i = 0; i < rounds; i++)
            {
                var passing = new ClientKey(0x2001_0db8_0000_0000 + (ulong)thread, i);
                store.Touch(passing, 0, TimeSpan.FromTicks(1));
                store.Meter(ClientKey.FromIPv4(i % staying), 0, limits).Outcome.ShouldBe(MeterOutcome.Allowed);
                store.Remove(i % 2 == 0 ? passing : default, 0);
                store.Sweep(1, 100);
            }
        });
        store.Sweep(1, int.MaxValue);
        store.Count.ShouldBe(staying);
        store.List(0, limits).Sum(entry => entry.Level).ShouldBe(Threads * rounds);
    }

    private static void Run(Action<int> body)
    {
        var failures = new List<Exception>();
        var threads = Enumerable.Range(0, Threads).Select(i => new Thread(() =>
        {
            try
            {
                body(i);
            }
            catch (Exception e)
            {
                lock (failures)
                {
                    failures.Add(e);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        failures.ShouldBeEmpty();
    }
}
