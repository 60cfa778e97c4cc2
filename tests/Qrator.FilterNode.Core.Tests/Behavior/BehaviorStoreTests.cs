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
    public void The_entry_says_which_numbers_did_it_and_lasts_as_long_as_its_kind()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.On, Ttl = new() { Group = TimeSpan.FromMinutes(7) } });
        node.Pass(Lesson);
        node.Pass(8 * Second, () => node.Flood());

        var record = node.Journal.Records.First();
        (record.Source, record.Rule, record.Ttl, record.RequestId).ShouldBe((ListSource.Behavior, "group", TimeSpan.FromMinutes(7), FakeRequest.Id));
        record.Detail.ShouldMatch(@"^same .*: \d+(\.\d)? % of requests, usually (under )?[\d.]+ %, evidence \d+\.\d$");
        node.Lists.ReasonsOf(ListKind.Blacklist).TryGet(record.Key, out _).ShouldBeTrue();
        node.Reports[0].Text.ShouldContain("times the usual");
    }

    [Fact]
    public void A_single_client_far_above_the_crowd_is_listed_for_its_requests()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);

        node.Pass(6 * Second, () => Repeat(200, () => node.Send(BehaviorFixture.Attacker(1), new("Firefox", "/search"))));

        node.Lists.Blacklist.TryGet(BehaviorFixture.Attacker(1), node.Now, out var entry).ShouldBeTrue();
        entry.Rule.ShouldBe("requests");
        node.ListedRegulars().ShouldBe(0);
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
    public void In_shadow_the_same_is_counted_and_nobody_listed()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.Shadow });
        node.Pass(Lesson);
        node.Pass(8 * Second, () => node.Flood());

        node.Store.State.ShouldBe(BehaviorState.Attack);
        node.Store.Counters.Shadow(BehaviorKind.Group).ShouldBeInRange(290, 300);
        node.Lists.Blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void Off_means_that_nothing_is_remembered()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.Off });
        node.Pass(10 * Second, () => node.Flood());
        (node.Store.Bytes, node.Store.TrackedClients, node.Store.State).ShouldBe((0, 0, BehaviorState.Calm));
    }

    [Fact]
    public void Without_a_mode_a_service_is_in_shadow_for_24_hours_and_then_on()
    {
        var node = new BehaviorFixture(new() { Mode = null });
        node.Store.Mode.ShouldBe(BehaviorMode.Shadow);
        node.Tick(Second);
        node.Store.FirstSeen.ShouldBe(node.UtcNow);
        node.Tick(TimeSpan.FromHours(23.9));
        node.Store.Mode.ShouldBe(BehaviorMode.Shadow);
        node.Tick(TimeSpan.FromHours(0.2));
        node.Store.Mode.ShouldBe(BehaviorMode.On);
        node.Reports.ShouldHaveSingleItem().ShouldBe(new(BehaviorEvent.ModeChanged, "from Shadow to On, 24 hours after the service was first seen"));
    }

    [Fact]
    public void A_service_that_was_seen_a_day_before_the_restart_is_on_at_once()
    {
        var node = new BehaviorFixture(new() { Mode = null });
        node.Store.FirstSeen = node.UtcNow - TimeSpan.FromHours(25);
        node.Tick(Second);
        node.Store.Mode.ShouldBe(BehaviorMode.On);
    }

    [Fact]
    public void The_mode_that_an_operator_sets_goes_before_the_configured_one()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.On });
        node.Store.ModeOverride = BehaviorMode.Shadow;
        node.Store.Mode.ShouldBe(BehaviorMode.Shadow);
        node.Tick(Second);
        node.Store.Mode.ShouldBe(BehaviorMode.Shadow);
        node.Store.ModeOverride = null;
        node.Tick(Second);
        node.Store.Mode.ShouldBe(BehaviorMode.On);
    }

    [Fact]
    public void Beyond_the_budget_clients_are_reported_and_not_listed()
    {
        var node = new BehaviorFixture(budget: new() { EntriesPerMinute = 20 });
        node.Pass(Lesson);
        node.Pass(8 * Second, () => node.Flood());

        node.ListedAttackers().ShouldBe(20);
        node.Store.Counters.Suppressed(BehaviorKind.Group).ShouldBeGreaterThan(100);
        node.Reports.ShouldContain(report => report.Event == BehaviorEvent.BudgetSpent);
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
    public void Off_takes_its_causes_out_of_force_once_and_the_error_share_goes_with_its_limit()
    {
        var node = new BehaviorFixture();
        node.Store.Causes.Select(cause => cause.Rule).ShouldBe(["requests", "origin-time", "errors", "group"]);
        node.Store.HasLapsed().ShouldBeFalse();

        node.Store.ModeOverride = BehaviorMode.Off;
        node.Store.Causes.ShouldBeEmpty();
        (node.Store.HasLapsed(), node.Store.HasLapsed()).ShouldBe((true, false));

        node.Store.ModeOverride = BehaviorMode.Shadow;
        node.Store.Causes.Count().ShouldBe(4);
        new BehaviorFixture(new() { Mode = BehaviorMode.Off, Limits = new() { ErrorShare = 0.5 } }).Store.Causes.Select(cause => cause.Rule).ShouldBe(["error-share"]);
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

    [Theory]
    [InlineData(SearchEngineStanding.Verified, false)]
    [InlineData(SearchEngineStanding.Pending, false)]
    [InlineData(SearchEngineStanding.Impostor, true)]
    public void A_search_engine_is_not_listed_and_who_pretends_to_be_one_is(SearchEngineStanding standing, bool listed)
    {
        var node = new BehaviorFixture();
        node.Store.SearchEngines = new Standing(standing);
        node.Pass(Lesson);
        node.Pass(6 * Second, () => Repeat(200, () => node.Send(BehaviorFixture.Attacker(1), new("Googlebot/2.1", "/"))));

        node.Store.State.ShouldBe(BehaviorState.Attack);
        node.Lists.Blacklist.Contains(BehaviorFixture.Attacker(1), node.Now).ShouldBe(listed);
    }

    [Theory]
    [InlineData(BehaviorMode.On)]
    [InlineData(BehaviorMode.Off)]
    public void A_client_over_its_requests_a_second_is_answered_429_in_every_mode(BehaviorMode mode)
    {
        var node = new BehaviorFixture(new() { Mode = mode, Limits = new() { RequestsPerSecond = 2 } });
        var client = BehaviorFixture.Regular(1);
        var verdicts = Enumerable.Range(0, 30).Select(_ => node.Send(client, new("Firefox", "/"))).ToList();

        // The bucket holds five seconds' worth; a request at the brim still passes.
        verdicts.Count(verdict => verdict.Action == VerdictAction.Pass).ShouldBe(11);
        verdicts[^1].ShouldBe(Verdict.RejectExcess(1));
        node.Send(BehaviorFixture.Regular(2), new("Firefox", "/")).ShouldBe(Verdict.Pass);
        node.Store.Counters.Limited.ShouldBe(19);
    }

    [Fact]
    public void A_client_with_too_many_requests_at_once_is_answered_429_until_one_ends()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.Off, Limits = new() { Concurrent = 2 } });
        var client = BehaviorFixture.Regular(1);
        Verdict Arrive() => node.Store.AtArrival(client, new Visit("Firefox", "/"), 0, node.Now);

        new[] { Arrive(), Arrive() }.ShouldAllBe(verdict => verdict.Action == VerdictAction.Pass);
        Arrive().Action.ShouldBe(VerdictAction.Reject);
        node.Store.AtEnd(client, node.Answer, node.Now);
        Arrive().Action.ShouldBe(VerdictAction.Pass);
    }

    [Fact]
    public void A_client_that_costs_more_origin_time_than_it_may_is_answered_429_until_its_bucket_has_leaked()
    {
        var node = new BehaviorFixture(new() { Limits = new() { OriginMillisecondsPerSecond = 100 } });
        var client = BehaviorFixture.Regular(1);
        node.Answer = new(200, 1_000 * TimeSpan.TicksPerMillisecond, Aborted: false);
        node.Send(client, new("Firefox", "/")).Action.ShouldBe(VerdictAction.Pass);
        node.Send(client, new("Firefox", "/")).ShouldBe(Verdict.RejectExcess(5));
        node.Tick(5 * Second);
        node.Send(client, new("Firefox", "/")).Action.ShouldBe(VerdictAction.Pass);
    }

    [Fact]
    public void A_client_with_more_errors_than_it_may_have_is_listed_without_any_attack()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.Shadow, Limits = new() { ErrorShare = 0.5 } });
        var client = BehaviorFixture.Regular(1);
        node.Answer = new(404, 0, Aborted: false);
        Repeat(20, () => node.Send(client, new("Firefox", "/x")).Action.ShouldBe(VerdictAction.Pass));
        node.Send(client, new("Firefox", "/x")).ShouldBe(Verdict.DropBlacklisted);
        node.Lists.Blacklist.TryGet(client, node.Now, out var entry).ShouldBeTrue();
        entry.Rule.ShouldBe("error-share");
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

    private sealed class Standing(SearchEngineStanding standing) : ISearchEngines
    {
        public SearchEngineStanding StandingOf(in ClientKey client) => standing;
    }
}
