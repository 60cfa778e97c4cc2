using System.Runtime.CompilerServices;
using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.History;

public sealed class ClientTableTests
{
    private static readonly RequestEnd Good = new(200, TimeSpan.TicksPerMillisecond, Aborted: false);
    private static readonly long Begin = TimeSpan.FromDays(2).Ticks;

    [Fact]
    public void With_room_for_all_the_table_agrees_with_a_dictionary()
    {
        var random = new SeededRandom();
        var table = new ClientTable(1 << 20);
        var model = new Dictionary<ClientKey, (long Window, int Requests, float Origin, int InFlight)>();
        var now = Begin;
        for (var i = 0; i < 50_000; i++)
        {
            now += random.Next(200) * TimeSpan.TicksPerMillisecond;
            var client = ClientKey.FromIPv4((uint)random.Next(1_000));
            var known = model.GetValueOrDefault(client);
            if (random.Next(3) > 0 || known.InFlight == 0)
            {
                known = known.Requests == 0 || now - known.Window >= ClientTable.Window ? (now, 0, 0, known.InFlight) : known;
                known = known with { Requests = known.Requests + 1, InFlight = known.InFlight + 1 };
                var view = table.Arrive(client, TraitHash.Of(client), 1, isUsualPage: false, now, now);
                (view.Requests, view.OriginMilliseconds, view.InFlight).ShouldBe((known.Requests, known.Origin, known.InFlight), $"{random}: {i}");
            }
            else
            {
                known = known with { Origin = known.Origin + 1, InFlight = known.InFlight - 1 };
                table.End(client, TraitHash.Of(client), Good, now, now).OriginAfter.ShouldBe(known.Origin, $"{random}: {i}");
            }

            model[client] = known;
        }

        table.Tracked.ShouldBe(model.Count);
    }

    [Fact]
    public void A_client_is_one_line_of_the_cache_and_a_set_is_nine()
    {
        Unsafe.SizeOf<ClientEntry>().ShouldBe(ClientSet.BytesPerLine);
        Unsafe.SizeOf<ClientSet>().ShouldBe((1 + ClientSet.Ways) * ClientSet.BytesPerLine);
    }

    [Theory]
    [InlineData(1 << 16)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 12_345)]
    public void The_table_takes_no_more_memory_than_it_was_given(int bytes)
    {
        var table = new ClientTable(bytes);

        table.Bytes.ShouldBeLessThanOrEqualTo(bytes);
        table.Capacity.ShouldBeGreaterThan(bytes / 80);
    }

    [Fact]
    public void Three_good_answers_make_a_history_but_not_those_of_the_last_moments_before_an_attack()
    {
        var table = new ClientTable(1 << 20);
        var client = ClientKey.FromIPv4(1);
        Visit(table, client, Begin, times: 3);

        Arrive(table, client, Begin + Seconds(20), onset: Begin + Seconds(20)).Known.ShouldBeFalse();
        Arrive(table, client, Begin + Seconds(200), onset: Begin + Seconds(20)).Known.ShouldBeFalse();
        Arrive(table, client, Begin + Seconds(200), onset: Begin + Seconds(200)).Known.ShouldBeTrue();
        table.Known.ShouldBe(1);
    }

    [Fact]
    public void Good_answers_during_an_attack_make_no_history()
    {
        var table = new ClientTable(1 << 20);
        var client = ClientKey.FromIPv4(1);
        for (var second = 1; second < 600; second++)
        {
            Arrive(table, client, Begin + Seconds(second), onset: Begin);
            table.End(client, TraitHash.Of(client), Good, Begin + Seconds(second), Begin);
        }

        Arrive(table, client, Begin + Seconds(600), onset: Begin).Known.ShouldBeFalse();
    }

    [Fact]
    public void A_flood_from_a_million_addresses_takes_no_memory_and_does_not_wash_out_clients_with_a_history()
    {
        var table = new ClientTable(1 << 20);
        var bytes = table.Bytes;
        var old = Enumerable.Range(0, 500).Select(i => ClientKey.FromIPv4((uint)i)).ToList();
        foreach (var client in old)
        {
            Visit(table, client, Begin, times: 3);
            Arrive(table, client, Begin + Seconds(300), onset: Begin + Seconds(300)).Known.ShouldBeTrue();
        }

        var onset = Begin + Seconds(400);
        for (var i = 0; i < 1_000_000; i++)
        {
            Arrive(table, ClientKey.FromIPv4((uint)(0x0A00_0000 + i)), onset + i, onset);
        }

        table.Bytes.ShouldBe(bytes);
        table.Tracked.ShouldBeLessThanOrEqualTo(table.Capacity);
        old.ShouldAllBe(client => Arrive(table, client, onset + Seconds(1), onset).Known);
    }

    [Fact]
    public void A_page_asked_for_in_a_row_is_counted_up_to_three()
    {
        var table = new ClientTable(1 << 20);
        var client = ClientKey.FromIPv4(1);
        int Ask(ulong page) => table.Arrive(client, TraitHash.Of(client), page, isUsualPage: false, Begin, Begin).Streak;

        new[] { Ask(5), Ask(5), Ask(5), Ask(5), Ask(6), Ask(5) }.ShouldBe([1, 2, 3, 3, 1, 1]);
    }

    [Fact]
    public void Who_asks_for_three_pages_that_are_usual_on_the_site_is_a_visitor()
    {
        var table = new ClientTable(1 << 20);
        var client = ClientKey.FromIPv4(1);
        bool Ask(ulong page, bool isUsual) => table.Arrive(client, TraitHash.Of(client), page << 60, isUsual, Begin, Begin).Browses;
        ClientConduct Conduct() => table.ConductOf(client, TraitHash.Of(client), Begin);

        Conduct().ShouldBe(ClientConduct.Unclear);
        new[] { Ask(1, true), Ask(1, true), Ask(2, true), Ask(3, false), Ask(4, false) }.ShouldAllBe(browses => !browses);
        Conduct().ShouldBe(ClientConduct.Unclear);
        Ask(5, true).ShouldBeTrue();
        Conduct().ShouldBe(ClientConduct.Visitor);
    }

    [Fact]
    public void Any_three_pages_make_a_visitor_and_any_two_do_not()
    {
        // Hashes of pages are others in each process: what is too rare to be met there must not be met here either.
        var random = new SeededRandom();
        var table = new ClientTable(1 << 20);
        for (var number = 1; number <= 2_000; number++)
        {
            var client = ClientKey.FromIPv4((uint)number);
            var pages = Enumerable.Range(0, 3).Select(i => ((ulong)(uint)((random.Next(5_000) * 6) + (i * 2)) << 48) | (uint)random.Next(1_000)).ToArray();
            bool Ask(int page) => table.Arrive(client, TraitHash.Of(client), pages[page], isUsualPage: true, Begin, Begin).Browses;

            new[] { Ask(0), Ask(1), Ask(0), Ask(1), Ask(1) }.ShouldAllBe(browses => !browses, $"{random}: {number}");
            Ask(2).ShouldBeTrue($"{random}: {number}");
            Ask(0).ShouldBeTrue($"{random}: {number}");
        }
    }

    [Fact]
    public void A_larger_or_smaller_table_takes_the_history_over()
    {
        var table = new ClientTable(1 << 20);
        var client = ClientKey.FromIPv4(1);
        Visit(table, client, Begin, times: 3);
        Arrive(table, client, Begin + Seconds(200), onset: Begin + Seconds(200));
        var other = new ClientTable(1 << 16);

        other.CopyFrom(table, static key => TraitHash.Of(key));

        other.Known.ShouldBe(1);
        Arrive(other, client, Begin + Seconds(201), onset: Begin + Seconds(200)).Known.ShouldBeTrue();
    }

    private static long Seconds(int seconds) => TimeSpan.FromSeconds(seconds).Ticks;

    private static ClientView Arrive(ClientTable table, ClientKey client, long now, long onset) =>
        table.Arrive(client, TraitHash.Of(client), 1, isUsualPage: false, now, onset);

    private static void Visit(ClientTable table, ClientKey client, long now, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Arrive(table, client, now, now);
            table.End(client, TraitHash.Of(client), Good, now, now);
        }
    }
}
