using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.RateLimits;

public sealed class BucketStoreModelTests
{
    /// <summary>One sequence: so many steps that each client is limited, metered, expired and removed again and again.</summary>
    private const int Steps = 4_000;

    [Fact]
    public void Store_does_what_the_model_does_for_any_arrivals_rate_changes_expiries_and_removals()
    {
        var random = new SeededRandom();
        var seen = new int[3];
        for (var sequence = 0; sequence < 100; sequence++)
        {
            Play(random, sequence, seen);
        }

        seen.ShouldAllBe(count => count > Steps, "every outcome has to be common");
    }

    private static void Play(SeededRandom random, int sequence, int[] seen)
    {
        // Half of the sequences start after more than a year of uptime.
        var now = random.NextBool() ? 0 : Ticks.Days(random.Next(400, 4_000)) + random.Next();
        var clients = Enumerable.Range(0, random.Next(1, random.Pick([4, 20, 300]))).Select(_ => Client(random)).Distinct().ToArray();
        var maximum = random.Next(1, 2 * clients.Length);
        var (store, model) = (new BucketStore(maximum), new BucketStoreModel(maximum));
        var limits = Limits(random);
        var longestGap = random.Pick([10L, Ticks.Seconds(0.01), Ticks.Seconds(1), Ticks.Seconds(10)]);
        for (var step = 0; step < Steps; step++)
        {
            now += random.NextInt64(longestGap);
            limits = random.Next(100) == 0 ? Limits(random) : limits;
            var client = random.Pick(clients);
            var context = $"{random}, sequence {sequence}, step {step}";
            switch (random.Next(12))
            {
                case 0: Touch(random, store, model, client, now, context); break;
                case 1: store.IsLimited(client, now).ShouldBe(model.IsLimited(client, Exact(now)), context); break;
                case 2 when random.Next(4) == 0: store.Remove(client, now).ShouldBe(model.Remove(client, Exact(now)), context); break;
                case 3: CheckLevel(store, model, client, now, limits, context); break;
                case 4: store.Sweep(now, random.Next(1_000)); break;
                default:
                    var result = store.Meter(client, now, limits);
                    result.ShouldBe(model.Meter(client, Exact(now), limits), context);
                    seen[(int)result.Outcome]++;
                    break;
            }
        }

        store.List(now, limits).Select(entry => entry.Client).ShouldBe(clients.Where(client => model.IsLimited(client, Exact(now))), ignoreOrder: true);
    }

    private static void Touch(SeededRandom random, BucketStore store, BucketStoreModel model, ClientKey client, long now, string context)
    {
        var ttl = TimeSpan.FromTicks(random.NextInt64(1, random.Pick([Ticks.Seconds(1), Ticks.Seconds(300), Ticks.Seconds(3_600)])));
        store.Touch(client, now, ttl).ShouldBe(model.Touch(client, Exact(now), Exact(ttl.Ticks)), context);
    }

    private static void CheckLevel(BucketStore store, BucketStoreModel model, ClientKey client, long now, BucketLimits limits, string context)
    {
        var limited = store.TryGet(client, now, limits, out var found);
        limited.ShouldBe(model.IsLimited(client, Exact(now)), context);
        if (limited)
        {
            found.Level.ShouldBe(model.Level(client, Exact(now), limits), context);
        }
    }

    private static BucketLimits Limits(SeededRandom random) =>
        BucketLimits.Create(random.Next(1, random.Pick([100, 1_000, 20_000, 1_000_000_001])) * 0.001m, random.Next(random.Pick([1, 3, 20, 1_000_001])));

    private static ClientKey Client(SeededRandom random) =>
        random.NextBool() ? ClientKey.FromIPv4((uint)random.Next()) : new(random.NextUInt64(), 0);

    private static decimal Exact(long ticks) => (decimal)ticks / TimeSpan.TicksPerSecond;
}
