using System.Runtime.CompilerServices;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.RateLimits;

public sealed class BucketStoreBoundsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(50_000)]
    public void Full_store_refuses_new_clients_and_counts_them(int maximum)
    {
        var store = new BucketStore(maximum);
        for (var i = 0; i < maximum; i++)
        {
            store.Touch(Key(i), 0, Minute).ShouldBe(TouchOutcome.Limited);
        }

        store.Touch(Key(maximum), 0, Minute).ShouldBe(TouchOutcome.Refused);
        store.Touch(Key(maximum + 1), 0, Minute).ShouldBe(TouchOutcome.Refused);
        store.Touch(Key(0), 0, Minute).ShouldBe(TouchOutcome.Prolonged);
        (store.Count, store.RefusedCount).ShouldBe((maximum, 2));
        store.IsLimited(Key(maximum), 0).ShouldBeFalse();
    }

    [Fact]
    public void Removal_makes_place_in_a_full_store()
    {
        var store = new BucketStore(1);
        store.Touch(Key(1), 0, Minute);
        store.Remove(Key(1), 0);
        store.Touch(Key(2), 0, Minute).ShouldBe(TouchOutcome.Limited);
    }

    [Fact]
    public void Full_store_gives_the_place_of_an_expired_client_away_without_a_sweep()
    {
        var store = new BucketStore(500);
        for (var i = 0; i < 500; i++)
        {
            store.Touch(Key(i), i, Minute);
        }

        store.Touch(Key(500), Minute.Ticks - 1, Minute).ShouldBe(TouchOutcome.Refused);
        store.Touch(Key(500), Minute.Ticks, Minute).ShouldBe(TouchOutcome.Limited);
        store.Count.ShouldBe(500);
    }

    [Fact]
    public void Idle_clients_leave_in_small_steps()
    {
        const int clients = 20_000;
        var store = Filled(clients, i => i % 2 == 0 ? Minute : 2 * Minute);
        var steps = 0;
        for (; store.Count > clients / 2; steps++)
        {
            store.Sweep(Minute.Ticks, 1_000).ShouldBeInRange(0, 3_000);
            steps.ShouldBeLessThan(100, "a round has to come to its end");
        }

        steps.ShouldBeGreaterThan(5);
        Enumerable.Range(0, clients).ShouldAllBe(i => store.IsLimited(Key(i), Minute.Ticks) == (i % 2 == 1));
        store.Sweep(2 * Minute.Ticks, int.MaxValue).ShouldBe(clients / 2);
        (store.Count, store.TableBytes).ShouldBe((0, 0));
    }

    [Fact]
    public void Sweep_of_a_store_where_nobody_is_idle_drops_nobody()
    {
        var store = Filled(5_000, _ => Minute);
        store.Sweep(Minute.Ticks - 1, int.MaxValue).ShouldBe(0);
        store.Count.ShouldBe(5_000);
    }

    /// <summary>
    /// An entry is 40 bytes and its tag one; arrays and shard objects add their headers. Looked at after every 500 clients, because the
    /// tables are emptiest just after they have grown.
    /// </summary>
    [Fact]
    public void Memory_is_at_most_64_bytes_a_client_and_300_a_shard_at_every_number_of_clients()
    {
        Unsafe.SizeOf<BucketEntry>().ShouldBe(40);
        const int maximum = 300_000;
        var store = new BucketStore(maximum);
        for (var count = 1; count <= maximum; count++)
        {
            store.Touch(Key(count), 0, Minute);
            if (count % 500 == 0)
            {
                store.TableBytes.ShouldBeLessThanOrEqualTo((64L * count) + (150L * store.ShardsInUse), $"{count} clients");
            }
        }

        // Two array headers and the shard itself.
        var all = store.TableBytes + (store.ShardsInUse * (24 + 24 + 72));
        all.ShouldBeLessThanOrEqualTo(64L * maximum, "all memory of a full store");
    }

    [Fact]
    public void Memory_is_at_most_64_bytes_a_client_after_a_sweep_when_clients_have_left()
    {
        for (var left = 1; left < 100; left += 7)
        {
            var share = left;
            var store = Filled(50_000, i => i % 100 < share ? 2 * Minute : Minute);
            store.Sweep(Minute.Ticks, int.MaxValue);
            store.Count.ShouldBe(500 * share);
            store.TableBytes.ShouldBeLessThanOrEqualTo((64L * store.Count) + (800L * store.ShardsInUse), $"{share} of 100 clients left");
        }
    }

    private static BucketStore Filled(int clients, Func<int, TimeSpan> ttl)
    {
        var store = new BucketStore(clients);
        for (var i = 0; i < clients; i++)
        {
            store.Touch(Key(i), 0, ttl(i));
        }

        return store;
    }

    // Neighbouring addresses of both families, as an attacker has them.
    private static ClientKey Key(int i) => i % 2 == 0 ? ClientKey.FromIPv4(0x0A00_0000 + (uint)i) : new(0x2001_0db8_0000_0000 + (ulong)i, 0);
}
