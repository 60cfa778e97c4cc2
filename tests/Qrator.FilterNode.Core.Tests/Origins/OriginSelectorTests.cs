using System.Net;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Origins;

public class OriginSelectorTests
{
    private const long Start = TimeSpan.TicksPerDay;

    private static readonly ClientKey Client = ClientKey.FromIPv4(0xC0000201);

    [Fact]
    public void Round_robin_gives_every_origin_its_turn()
    {
        var (selector, _) = Make(3, OriginBalancing.RoundRobin);

        Enumerable.Range(0, 9).Select(_ => Take(selector)).ShouldBe([0, 1, 2, 0, 1, 2, 0, 1, 2]);
    }

    [Theory]
    [InlineData(OriginBalancing.RoundRobin)]
    [InlineData(OriginBalancing.ClientHash)]
    [InlineData(OriginBalancing.LeastRequests)]
    public void An_origin_set_aside_gets_nothing_then_one_probe_then_its_share(OriginBalancing balancing)
    {
        var (selector, origins) = Make(2, balancing);
        var client = ClientOf(origins, 0);
        origins[0].Store.Health.Unreachable(Start);

        Enumerable.Range(0, 100).ShouldAllBe(_ => Take(selector, Start, client) == 1);

        var due = Start + OriginHealth.Aside.Ticks;
        var tried = 0u;
        var leases = Enumerable.Range(0, 100).Select(_ =>
        {
            tried = 0;
            return selector.Choose(client, ref tried, due);
        }).ToArray();
        leases.Count(lease => lease.Origin == origins[0]).ShouldBe(1);
        leases.Count(lease => lease.IsProbe).ShouldBe(1);

        origins[0].Store.Health.Connected(due);
        var after = Enumerable.Range(0, 100).Select(_ => Take(selector, due, client)).ToArray();
        after.ShouldContain(0);
    }

    [Fact]
    public void When_all_are_set_aside_they_are_tried_in_turn()
    {
        var (selector, origins) = Make(2, OriginBalancing.RoundRobin);
        foreach (var origin in origins)
        {
            origin.Store.Health.Unreachable(Start);
        }

        Enumerable.Range(0, 100).Select(_ => Take(selector)).GroupBy(index => index).Select(group => group.Count()).ShouldBe([50, 50]);
    }

    [Theory]
    [InlineData(OriginBalancing.RoundRobin)]
    [InlineData(OriginBalancing.ClientHash)]
    [InlineData(OriginBalancing.LeastRequests)]
    public void The_attempts_of_a_request_go_to_different_origins_as_long_as_there_are(OriginBalancing balancing)
    {
        var (selector, _) = Make(4, balancing);
        var tried = 0u;

        Attempts().Order().ShouldBe([0, 1, 2, 3]);
        Attempts().Order().ShouldBe([0, 1, 2, 3]);

        int[] Attempts() => [.. Enumerable.Range(0, 4).Select(_ => IndexOf(selector.Choose(Client, ref tried, Start)))];
    }

    [Fact]
    public void An_origin_that_requests_wait_to_be_connected_to_is_passed_over()
    {
        var (selector, origins) = Make(2, OriginBalancing.RoundRobin);
        origins[1].Store.Health.Unreachable(Start);
        var waiting = Enumerable.Range(0, 4).Select(_ => Choose(selector)).ToArray();
        origins[1].Store.Health.Connected(Start);

        Enumerable.Range(0, 100).ShouldAllBe(_ => Take(selector) == 1);
        origins[1].Store.Health.Unreachable(Start);
        Enumerable.Range(0, 100).ShouldAllBe(_ => Take(selector) == 0);
        origins[1].Store.Health.Connected(Start);

        waiting[0].Sent();
        waiting[0].Sent();
        Enumerable.Range(0, 100).Select(_ => Take(selector)).Distinct().Count().ShouldBe(2);
        Choose(selector, skip: 1);
        Enumerable.Range(0, 100).ShouldAllBe(_ => Take(selector) == 1);
    }

    [Fact]
    public void Origins_are_unproven_while_all_that_are_available_are_crowded_and_silent()
    {
        var (selector, origins) = Make(3, OriginBalancing.RoundRobin);
        origins[2].Store.Health.Unreachable(Start);
        selector.IsUnproven(Start).ShouldBeFalse();

        for (var i = 0; i < 8; i++)
        {
            selector.IsUnproven(Start).ShouldBeFalse();
            Choose(selector);
        }

        selector.IsUnproven(Start).ShouldBeTrue();
        origins[0].Store.Health.Connected(Start);
        selector.IsUnproven(Start).ShouldBeFalse();
        origins[0].Store.Health.Unreachable(Start);
        selector.IsUnproven(Start).ShouldBeTrue();
        origins[1].Store.Health.Unreachable(Start);
        selector.IsUnproven(Start).ShouldBeFalse();
        selector.IsAnyAvailable.ShouldBeFalse();
    }

    [Fact]
    public void A_single_origin_is_never_waited_for()
    {
        var (selector, _) = Make(1, OriginBalancing.RoundRobin);
        for (var i = 0; i < 100; i++)
        {
            Choose(selector);
        }

        selector.IsUnproven(Start).ShouldBeFalse();
    }

    [Fact]
    public void Among_the_crowded_those_that_live_are_taken()
    {
        var (selector, origins) = Make(2, OriginBalancing.RoundRobin);
        origins[0].Store.Health.Connected(Start);
        var waiting = Enumerable.Range(0, 64 + 4).Select(_ => Choose(selector)).ToArray();
        waiting.Count(lease => lease.Origin == origins[1]).ShouldBe(4);

        Enumerable.Range(0, 100).ShouldAllBe(_ => Take(selector) == 0);
    }

    [Fact]
    public void A_lease_counts_once_whether_it_was_sent_or_not()
    {
        var (selector, origins) = Make(1, OriginBalancing.RoundRobin);
        for (var i = 0; i < 100; i++)
        {
            var lease = Choose(selector);
            if (i % 2 == 0)
            {
                lease.Sent();
            }

            lease.Dispose();
            lease.Sent();
            lease.Dispose();
        }

        origins[0].Store.Requests.ShouldBe(100);
        origins[0].Store.InFlight.ShouldBe(0);
        origins[0].Store.IsCrowded(Start).ShouldBeFalse();
    }

    [Fact]
    public void Least_requests_takes_the_least_busy()
    {
        var (selector, origins) = Make(3, OriginBalancing.LeastRequests);
        var tried = 0u;
        var busy = selector.Choose(Client, ref tried, Start);
        tried = 0;
        var second = selector.Choose(Client, ref tried, Start);
        second.Origin.ShouldNotBe(busy.Origin);

        var free = origins.Single(origin => origin != busy.Origin && origin != second.Origin);
        Enumerable.Range(0, 10).ShouldAllBe(_ => Take(selector) == Array.IndexOf(origins, free));

        busy.Dispose();
        busy.Dispose();
        busy.Origin.Store.InFlight.ShouldBe(0);
        var both = Enumerable.Range(0, 30).Select(_ => Take(selector)).Distinct().Count();
        both.ShouldBe(2);
    }

    [Fact]
    public void The_same_client_gets_the_same_origin_also_after_a_restart_and_in_another_order()
    {
        var (selector, origins) = Make(5, OriginBalancing.ClientHash);
        var again = new OriginSelector(origins.Reverse(), OriginBalancing.ClientHash, new());

        foreach (var client in Clients(1000))
        {
            var tried = 0u;
            var other = 0u;
            selector.Choose(client, ref tried, Start).Origin.ShouldBe(again.Choose(client, ref other, Start).Origin);
        }
    }

    [Fact]
    public void The_choice_by_client_never_changes_between_versions()
    {
        var (selector, _) = Make(4, OriginBalancing.ClientHash);

        Clients(12).Select(client => Take(selector, Start, client)).ShouldBe([3, 0, 0, 0, 1, 0, 2, 0, 2, 0, 2, 1]);
    }

    [Fact]
    public void Clients_spread_evenly()
    {
        var (selector, _) = Make(4, OriginBalancing.ClientHash);

        var shares = Clients(40_000).Select(client => Take(selector, Start, client)).GroupBy(index => index).Select(group => group.Count()).ToArray();

        shares.Length.ShouldBe(4);
        shares.ShouldAllBe(share => share > 9_500 && share < 10_500);
    }

    [Fact]
    public void Only_the_clients_of_an_origin_that_drops_out_move_and_they_come_back()
    {
        var (selector, origins) = Make(4, OriginBalancing.ClientHash);
        var clients = Clients(4_000).ToArray();
        var before = clients.Select(client => Take(selector, Start, client)).ToArray();

        origins[2].Store.Health.Unreachable(Start);
        var without = clients.Select(client => Take(selector, Start, client)).ToArray();
        origins[2].Store.Health.Connected(Start);
        var after = clients.Select(client => Take(selector, Start, client)).ToArray();

        after.ShouldBe(before);
        before.Zip(without).ShouldAllBe(pair => pair.First == 2 ? pair.Second != 2 : pair.Second == pair.First);
    }

    [Theory]
    [InlineData(OriginBalancing.RoundRobin)]
    [InlineData(OriginBalancing.ClientHash)]
    [InlineData(OriginBalancing.LeastRequests)]
    public void A_choice_allocates_nothing(OriginBalancing balancing)
    {
        var (selector, origins) = Make(16, balancing);
        origins[3].Store.Health.Unreachable(Start);

        Allocations.Of(() => Take(selector)).ShouldBe(0);
    }

    [Theory]
    [InlineData(OriginBalancing.RoundRobin)]
    [InlineData(OriginBalancing.ClientHash)]
    [InlineData(OriginBalancing.LeastRequests)]
    public void Every_choice_is_one_that_a_naive_reader_of_the_rules_would_allow(OriginBalancing balancing)
    {
        var random = new SeededRandom();
        for (var round = 0; round < 200; round++)
        {
            var (selector, origins) = Make(random.Next(1, 17), balancing);
            var model = new OriginModel(origins, balancing);
            var leases = new List<(OriginLease Lease, int Choice)>();
            var now = Start;
            for (var step = 0; step < 100; step++)
            {
                now += random.Next(3) * TimeSpan.TicksPerSecond;
                var index = random.Next(origins.Length);
                switch (random.Next(5))
                {
                    case 0:
                        origins[index].Store.Health.Unreachable(now);
                        model.Unreachable(index, now);
                        break;
                    case 1:
                        origins[index].Store.Health.Connected(now);
                        model.Connected(index);
                        break;
                    case 2 when leases.Count > 0:
                        var ended = random.Pick(leases);
                        leases.Remove(ended);
                        ended.Lease.Dispose();
                        model.Ended(Array.IndexOf(origins, ended.Lease.Origin), ended.Choice);
                        break;
                    default:
                        var tried = random.NextBool() ? 0u : (uint)random.Next(1 << origins.Length);
                        var client = new ClientKey(random.NextUInt64(), random.NextUInt64());
                        var allowed = model.Allowed(tried, client, now);
                        var lease = selector.Choose(client, ref tried, now);
                        var chosen = Array.IndexOf(origins, lease.Origin);
                        allowed.ShouldContain(chosen, $"{random} step {step}");
                        var (choice, isProbe) = model.Taken(chosen, now);
                        lease.IsProbe.ShouldBe(isProbe, $"{random} step {step}");
                        lease.Sent();
                        leases.Add((lease, choice));
                        break;
                }
            }
        }
    }

    private static (OriginSelector Selector, OriginSnapshot[] Origins) Make(int count, OriginBalancing balancing)
    {
        var origins = Enumerable.Range(0, count)
            .Select(i => new OriginAddress(new(IPAddress.Parse($"203.0.113.{10 + i}"), 80), Https: false))
            .Select(address => new OriginSnapshot(address, Tls: null, new(address.ToString())))
            .ToArray();
        return (new(origins, balancing, new()), origins);
    }

    private static IEnumerable<ClientKey> Clients(int count) => Enumerable.Range(0, count).Select(i => ClientKey.FromIPv4(0x0A000000 + (uint)i));

    private static ClientKey ClientOf(OriginSnapshot[] origins, int index) =>
        Clients(1000).First(client => origins.MaxBy(origin => origin.WeightFor(client)) == origins[index]);

    private static OriginLease Choose(OriginSelector selector, uint skip = 0)
    {
        var tried = skip << 1;
        return selector.Choose(Client, ref tried, Start);
    }

    private static int IndexOf(OriginLease lease)
    {
        lease.Dispose();
        return lease.Origin.Address.EndPoint.Address.GetAddressBytes()[3] - 10;
    }

    private static int Take(OriginSelector selector, long now = Start, ClientKey? client = null)
    {
        var tried = 0u;
        var lease = selector.Choose(client ?? Client, ref tried, now);
        lease.Dispose();
        return LastByte(lease.Origin) - 10;
    }

    private static int LastByte(OriginSnapshot origin)
    {
        Span<byte> bytes = stackalloc byte[4];
        origin.Address.EndPoint.Address.TryWriteBytes(bytes, out _);
        return bytes[3];
    }
}
