using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Offences;

public sealed class OffenceStoreTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    [Fact]
    public void It_counts_like_a_dictionary_as_long_as_there_is_room()
    {
        var random = new SeededRandom();
        var store = new OffenceStore();
        var model = new Dictionary<uint, (long Since, int Count)>();
        var now = TimeSpan.FromDays(2).Ticks;
        for (var i = 0; i < 20_000; i++)
        {
            now += random.Next(100) * TimeSpan.TicksPerMillisecond;
            var client = (uint)random.Next(200);
            var (since, count) = model.GetValueOrDefault(client, (now, 0));
            model[client] = now - since >= Window.Ticks ? (now, 1) : (since, count + 1);

            store.Count(ClientKey.FromIPv4(client), now, Window).ShouldBe(model[client].Count, random.ToString());
            if (random.Next(50) == 0)
            {
                store.Remove(ClientKey.FromIPv4(client));
                model.Remove(client);
            }
        }
    }

    [Fact]
    public void A_flood_of_other_clients_does_not_wash_away_who_offends_again_and_again()
    {
        var store = new OffenceStore(256);
        var now = TimeSpan.FromDays(2).Ticks;
        var offender = ClientKey.FromIPv4(1);
        store.Count(offender, now, Window);
        store.Count(offender, now, Window);
        for (var i = 2u; i < 100_000; i++)
        {
            store.Count(ClientKey.FromIPv4(i), now, Window);
        }

        store.Count(offender, now, Window).ShouldBe(3);
    }

    [Fact]
    public void Threads_lose_no_count()
    {
        var store = new OffenceStore();
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0u; i < 10_000; i++)
            {
                store.Count(ClientKey.FromIPv4(i % 16), 1, Window);
            }
        });
        for (var i = 0u; i < 16; i++)
        {
            store.Count(ClientKey.FromIPv4(i), 1, Window).ShouldBe(2501);
        }
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var store = new OffenceStore();
        var client = 0u;
        Allocations.Of(() => store.Count(ClientKey.FromIPv4(client++), 1, Window)).ShouldBe(0);
    }
}
