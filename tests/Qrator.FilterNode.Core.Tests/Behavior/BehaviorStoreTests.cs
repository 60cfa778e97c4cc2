using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Behavior;

public sealed class BehaviorStoreTests
{
    private static readonly TimeSpan Lesson = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_flood_of_one_tool_is_on_the_blacklist_within_seconds_and_the_regular_visitors_are_not()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        node.Store.State.ShouldBe(BehaviorState.Calm);

        node.Pass(8 * Second, () => node.Flood());

        node.Store.State.ShouldBe(BehaviorState.Attack);
        node.ListedAttackers().ShouldBeGreaterThan(290);
        node.ListedRegulars().ShouldBe(0);
        node.Store.Counters.Listed(BehaviorKind.Group).ShouldBe(node.ListedAttackers());
        node.Reports.Select(report => report.Event).ShouldBe([BehaviorEvent.AttackBegan]);
    }

    [Fact]
    public void A_flood_of_fifty_times_the_usual_requests_that_begins_between_two_ticks_is_looked_at_all_the_same()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);

        node.Pass(8 * Second, () => node.Flood(clients: 10_000));

        node.ListedAttackers(clients: 10_000).ShouldBeGreaterThan(9_500);
        node.ListedRegulars().ShouldBe(0);
        node.Store.Overlooked.ShouldBe(0);
    }

    [Fact]
    public void A_crowd_of_new_visitors_with_a_browser_never_seen_before_is_not_listed()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);

        node.Pass(20 * Second, () => node.Crowd(visitors: 20));

        node.Store.State.ShouldBe(BehaviorState.Calm);
        node.Lists.Blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void A_tool_among_a_crowd_of_new_visitors_is_listed_and_the_crowd_is_not()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        node.Pass(60 * Second, () => node.Crowd(visitors: 20));

        node.Pass(10 * Second, () =>
        {
            node.Crowd(visitors: 20);
            node.Flood();
        });

        node.ListedAttackers().ShouldBeGreaterThan(290);
        node.Lists.Blacklist.Count.ShouldBe(node.ListedAttackers());
    }

    [Fact]
    public void Who_asks_once_does_no_harm_and_is_not_listed()
    {
        var node = new BehaviorFixture { Answer = new(200, 0, Aborted: false) };
        node.Pass(Lesson);

        var next = 0;
        node.Pass(20 * Second, () => Repeat(200, () => node.Send(BehaviorFixture.Attacker(next++), new(BehaviorFixture.Flooder, "/img/1.jpg", hasCookie: false))));

        node.Lists.Blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void When_the_flood_is_over_the_attack_is_and_the_log_has_its_account()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        node.Pass(90 * Second, () => node.Flood());
        node.Store.State.ShouldBe(BehaviorState.Attack);

        node.Pass(70 * Second);

        node.Store.State.ShouldBe(BehaviorState.Calm);
        node.Reports.Select(report => report.Event).ShouldBe([BehaviorEvent.AttackBegan, BehaviorEvent.AttackGoesOn, BehaviorEvent.AttackGoesOn, BehaviorEvent.AttackEnded]);
        node.Reports[^1].Text.ShouldMatch(@"^00:02:\d\d, 300 clients listed, \d+ requests stopped$");
    }

    [Fact]
    public void A_client_that_an_operator_removes_is_left_alone_for_five_minutes_although_the_attack_goes_on()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        node.Pass(8 * Second, () => node.Flood());
        var client = BehaviorFixture.Attacker(1);
        node.Lists.Blacklist.Contains(client, node.Now).ShouldBeTrue();

        node.Lists.Remove(ListKind.Blacklist, NetworkPrefixOf(client), node.Now).ShouldBeTrue();
        node.Store.Forgive(client, node.Now);
        node.Pass(20 * Second, () => node.Flood());
        node.Lists.Blacklist.Contains(client, node.Now).ShouldBeFalse();

        node.Pass(TimeSpan.FromMinutes(5), () => node.Flood());
        node.Lists.Blacklist.Contains(client, node.Now).ShouldBeTrue();
    }

    [Fact]
    public void An_outage_is_no_attack_lists_nobody_and_is_over_when_it_is()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        var well = node.Answer;
        node.Answer = new(502, 0, Aborted: false);
        node.Pass(30 * Second);

        node.Store.State.ShouldBe(BehaviorState.OriginIll);
        node.Store.OriginGuard.IsOriginIll.ShouldBeTrue();
        node.Lists.Blacklist.Count.ShouldBe(0);

        node.Answer = well;
        node.Pass(15 * Second);
        node.Store.OriginGuard.IsOriginIll.ShouldBeFalse();
        node.Reports.Select(report => report.Event).ShouldBe([BehaviorEvent.OriginIll, BehaviorEvent.OriginWell]);
    }

    [Fact]
    public void With_detection_off_the_origin_is_watched_where_rules_need_it_and_nobody_is_listed_for_a_flood()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.Off }, hasGuardedRules: true);
        node.Pass(Lesson);
        var well = node.Answer;
        node.Answer = new(502, 0, Aborted: false);
        node.Pass(10 * Second);
        node.Store.OriginGuard.Suspends().ShouldBeTrue();

        node.Answer = well;
        node.Pass(15 * Second);
        node.Store.OriginGuard.Suspends().ShouldBeFalse();
        node.Reports.Select(report => report.Event).ShouldBe([BehaviorEvent.OriginIll, BehaviorEvent.OriginWell]);
        node.Reports[1].Text.ShouldEndWith("meanwhile 1 matches of rules about status or duration had no effect");

        node.Pass(8 * Second, () => node.Flood());
        node.Lists.Blacklist.Count.ShouldBe(0);
        node.Store.Counters.Shadow(BehaviorKind.Group).ShouldBe(0);
        node.Reports.Count.ShouldBe(2);
    }

    [Fact]
    public void A_pause_of_the_clock_is_nothing()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        Repeat(50_000, () => node.Send(BehaviorFixture.Regular(1), new("Firefox", "/")));
        node.Tick(TimeSpan.FromHours(3));
        node.Pass(10 * Second);
        node.Reports.ShouldBeEmpty();
        node.Lists.Blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void Errors_of_an_origin_that_is_ill_are_not_held_against_the_clients_that_get_them()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        node.Answer = new(502, 0, Aborted: false);
        node.Pass(10 * Second);
        node.Store.State.ShouldBe(BehaviorState.OriginIll);

        var newcomer = BehaviorFixture.Attacker(1);
        Repeat(30, () => node.Send(newcomer, new("Firefox", "/")));

        var record = node.Store.Find(newcomer, node.Now)!;
        (record.Requests, record.Errors, record.ErrorShare).ShouldBe((30, 0, 0));
    }

    [Fact]
    public void Of_each_client_the_bytes_of_its_answers_within_the_last_seconds_are_known()
    {
        var node = new BehaviorFixture { Answer = new(200, TimeSpan.TicksPerMillisecond, Aborted: false, Bytes: 1_000) };
        Repeat(3, () => node.Send(BehaviorFixture.Regular(1), new("Firefox", "/")));
        node.Store.Find(BehaviorFixture.Regular(1), node.Now)!.Bytes.ShouldBe(3_000);

        node.Tick(6 * Second);
        node.Store.Find(BehaviorFixture.Regular(1), node.Now)!.Bytes.ShouldBe(0);
    }

    [Fact]
    public void Load_that_the_lists_keep_away_is_no_load()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        node.Pass(20 * Second, () => Repeat(2_000, node.Store.AtDrop));
        node.Store.State.ShouldBe(BehaviorState.Calm);
        node.Reports.ShouldBeEmpty();
    }

    [Fact]
    public void An_audience_that_grows_to_five_times_within_minutes_is_no_attack()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        for (var visitors = 1; visitors <= 30; visitors++)
        {
            node.Pass(15 * Second, () => node.Crowd(visitors));
        }

        node.Reports.ShouldBeEmpty();
        node.Lists.Blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void Memory_is_what_was_given_whatever_comes()
    {
        var node = new BehaviorFixture();
        node.Send(BehaviorFixture.Regular(1), new("Firefox", "/"));
        var bytes = node.Store.Bytes;
        bytes.ShouldBeInRange(3 << 20, 4 << 20);
        for (var i = 0; i < 200_000; i++)
        {
            node.Send(ClientKey.FromIPv4((uint)i), new("Firefox", "/"));
        }

        node.Store.Bytes.ShouldBe(bytes);
    }

    [Fact]
    public void Another_part_of_the_memory_keeps_what_was_learned()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        var known = node.Store.KnownClients;
        known.ShouldBe(400);
        node.Store.Configure(new(new() { Mode = BehaviorMode.On }, new(), 2 << 20, 10_000));
        node.Pass(Second);
        node.Store.Bytes.ShouldBeLessThanOrEqualTo(2 << 20);
        node.Store.KnownClients.ShouldBe(known);
    }

    [Fact]
    public void Neither_a_request_that_passes_nor_its_end_allocates_in_calm_or_attack()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        Allocations.Of(() => node.Send(BehaviorFixture.Regular(1), new("Firefox", "/"))).ShouldBe(0);
        node.Pass(8 * Second, () => node.Flood());
        node.Store.State.ShouldBe(BehaviorState.Attack);
        Allocations.Of(() => node.Send(BehaviorFixture.Regular(1), new("Firefox", "/"))).ShouldBe(0);
    }

    [Fact]
    public void Many_threads_at_once_lose_no_request_in_flight()
    {
        var node = new BehaviorFixture();
        node.Tick(Second);
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                node.Send(BehaviorFixture.Regular((thread * 7) + (i % 50)), new("Firefox", "/"));
            }
        });

        for (var i = 0; i < 100; i++)
        {
            // With every request at its end one is in flight: the one that asks.
            var limited = new BehaviorSettings(new() { Limits = new() { Concurrent = 1 } }, new(), 4 << 20, 1_000);
            node.Store.Configure(limited);
            node.Send(BehaviorFixture.Regular(i), new("Firefox", "/")).Action.ShouldBe(VerdictAction.Pass);
        }
    }

    private static NetworkPrefix NetworkPrefixOf(ClientKey client) =>
        NetworkPrefix.TryParse(client.ToString(), out var prefix, out _) ? prefix : throw new InvalidOperationException();

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }
}
