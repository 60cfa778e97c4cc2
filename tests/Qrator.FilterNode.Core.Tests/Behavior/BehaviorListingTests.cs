using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Behavior;

/// <summary>Who is listed for what, for how long, and what the entry says.</summary>
public sealed class BehaviorListingTests
{
    private static readonly TimeSpan Lesson = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

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

    [Theory]
    [InlineData("requests")]
    [InlineData("origin-time")]
    [InlineData("errors")]
    public void A_single_client_far_above_the_crowd_is_listed_for_what_it_does(string rule)
    {
        var node = new BehaviorFixture();
        var attacker = new LoneAttacker(node);
        node.Pass(Lesson);

        node.Pass(20 * Second, attacker.Of(rule));

        attacker.Rule.ShouldBe(rule);
        node.ListedRegulars().ShouldBe(0);
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

    [Fact]
    public void Who_offends_again_after_its_time_is_listed_for_twice_as_long()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.On, Ttl = new() { Group = TimeSpan.FromMinutes(5) } });
        node.Pass(Lesson);
        node.Pass(8 * Second, () => node.Flood());
        TtlOf(node, BehaviorFixture.Attacker(1)).ShouldBe(TimeSpan.FromMinutes(5));
        node.Pass(TimeSpan.FromMinutes(6));
        node.ListedAttackers().ShouldBe(0);

        node.Pass(8 * Second, () => node.Flood());

        TtlOf(node, BehaviorFixture.Attacker(1)).ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Theory]
    [InlineData("IPv4 /24")]
    [InlineData("IPv6 /48")]
    public void A_subnet_whose_share_has_jumped_is_listed_although_its_browsers_are_those_of_the_audience(string subnet)
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);

        var random = new Random(1);
        node.Pass(10 * Second, () => Repeat(150, () => node.Send(
            subnet == "IPv4 /24" ? ClientKey.FromIPv4(0xC633_6400u + (uint)random.Next(1, 255)) : new(0x2001_0db8_0007_0000 + (ulong)random.Next(1, 255), 0),
            new(BehaviorFixture.Agents[random.Next(BehaviorFixture.Agents.Length)], "/"))));

        node.Journal.Records.ShouldContain(record => record.Rule == "group" && record.Detail.StartsWith("same subnet:", StringComparison.Ordinal));
        node.Lists.Blacklist.Count.ShouldBeGreaterThan(200);
        node.ListedRegulars().ShouldBe(0);
    }

    [Fact]
    public void A_country_whose_share_has_jumped_is_listed_although_its_browser_is_one_of_the_audience()
    {
        var node = new BehaviorFixture();
        var random = new Random(1);
        CountryCode.TryPack("BR", out var abroad).ShouldBeTrue();
        void Home() => Repeat(2, () => node.Send(
            ClientKey.FromIPv4(0x1E00_0000u + ((uint)random.Next(40) * 1_000)), new("Vivaldi", random.Next(10) < 7 ? "/" : "/help")));
        node.Pass(Lesson, Home);

        node.Pass(10 * Second, () =>
        {
            Home();
            Repeat(150, () => node.Send(BehaviorFixture.Attacker(random.Next(300)), new("Vivaldi", "/", country: abroad)));
        });

        node.Journal.Records.ShouldAllBe(record => record.Rule == "group" && record.Detail.StartsWith("same country and header order:", StringComparison.Ordinal));
        node.ListedAttackers().ShouldBeGreaterThan(290);
        node.Lists.Blacklist.Count.ShouldBe(node.ListedAttackers());
        node.Send(ClientKey.FromIPv4(0x1F00_0000u), new("Vivaldi", "/")).Action.ShouldBe(VerdictAction.Pass);
    }

    private static TimeSpan TtlOf(BehaviorFixture node, ClientKey client) =>
        node.Lists.Blacklist.TryGet(client, node.Now, out var entry) ? TimeSpan.FromTicks(entry.Expires!.Value - entry.Created) : TimeSpan.Zero;

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }

    private sealed class Standing(SearchEngineStanding standing) : ISearchEngines
    {
        public SearchEngineStanding StandingOf(in ClientKey client, in ClientKey address) => standing;
    }
}
