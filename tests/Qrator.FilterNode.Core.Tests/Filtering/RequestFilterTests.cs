using Qrator.FilterNode.Lists;
using static Qrator.FilterNode.Filtering.FilterFixture;

namespace Qrator.FilterNode.Filtering;

public class RequestFilterTests
{
    private const string Client = "192.0.2.1";
    private const string Other = "192.0.2.2";

    private readonly FilterFixture _node = new(Rules(
        Rule("bad", "Blacklist") + "," + Rule("good", "Whitelist", "Equals", "Tester", ttl: "00:10:00")));

    [Fact]
    public void The_request_that_triggers_still_passes_and_the_next_is_dropped_whatever_it_is()
    {
        _node.Send(Client, "a BadBot").ShouldBe(Verdict.Pass);
        _node.Send(Client, "a BadBot").ShouldBe(Verdict.DropBlacklisted);
        _node.Send(Client, "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);
        _node.Send(Client, null).ShouldBe(Verdict.DropBlacklisted);
    }

    [Fact]
    public void Only_the_client_that_offended_is_dropped()
    {
        _node.Send(Client, "BadBot");
        _node.Send(Other, "Mozilla/5.0").ShouldBe(Verdict.Pass);
        _node.Send("::ffff:192.0.2.1", "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);
    }

    [Fact]
    public void Addresses_of_one_IPv6_prefix_are_one_client()
    {
        _node.Send("2001:db8::1", "BadBot");
        _node.Send("2001:db8::2", "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);
        _node.Send("2001:db8:0:1::1", "Mozilla/5.0").ShouldBe(Verdict.Pass);
    }

    [Fact]
    public void After_its_time_the_client_passes_again()
    {
        _node.Send(Client, "BadBot");
        _node.Wait(30 * Minute - TimeSpan.FromTicks(1));
        _node.Send(Client, "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);
        _node.Wait(TimeSpan.FromSeconds(0.1));
        _node.Send(Client, "Mozilla/5.0").ShouldBe(Verdict.Pass);
    }

    [Fact]
    public void Dropped_requests_do_not_make_the_time_longer()
    {
        _node.Send(Client, "BadBot");
        _node.Wait(29 * Minute);
        _node.Send(Client, "BadBot").ShouldBe(Verdict.DropBlacklisted);
        _node.Wait(Minute);
        _node.Send(Client, "Mozilla/5.0").ShouldBe(Verdict.Pass);
        _node.Hits("bad").Enforced.ShouldBe(1);
    }

    [Fact]
    public void Who_offends_again_within_a_day_stays_twice_as_long()
    {
        _node.Send(Client, "BadBot");
        _node.Wait(31 * Minute);
        _node.Send(Client, "BadBot").ShouldBe(Verdict.Pass);
        _node.Wait(59 * Minute);
        _node.Send(Client, "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);
        _node.Wait(Minute);
        _node.Send(Client, "Mozilla/5.0").ShouldBe(Verdict.Pass);
    }

    [Fact]
    public void A_whitelist_match_counts_from_that_request_on()
    {
        _node.Send(Client, "Tester").ShouldBe(Verdict.PassWhitelisted);
        _node.Send(Client, "BadBot").ShouldBe(Verdict.PassWhitelisted);
        _node.Lists.Blacklist.Contains(_node.ClientOf(Client), _node.Now).ShouldBeFalse("no other filter applies to it");
        _node.Hits("bad").Enforced.ShouldBe(0);
    }

    [Fact]
    public void A_whitelist_rule_saves_a_blacklisted_client_from_this_request_on()
    {
        _node.Send(Client, "BadBot");
        _node.Send(Client, "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);
        _node.Send(Client, "Tester").ShouldBe(Verdict.PassWhitelisted);
        _node.Send(Client, "Mozilla/5.0").ShouldBe(Verdict.PassWhitelisted);
    }

    [Fact]
    public void When_the_whitelist_entry_is_over_first_the_blacklist_counts_again()
    {
        _node.Send(Client, "BadBot");
        _node.Send(Client, "Tester");
        _node.Wait(10 * Minute);
        _node.Send(Client, "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);
    }

    [Fact]
    public void A_request_that_matches_both_kinds_of_rules_is_whitelisted_and_not_blacklisted()
    {
        var node = new FilterFixture(Rules(Rule("bad", "Blacklist") + "," + Rule("good", "Whitelist")));
        node.Send(Client, "Bad").ShouldBe(Verdict.PassWhitelisted);
        node.Lists.Blacklist.Count.ShouldBe(0);
        node.Lists.Whitelist.Count.ShouldBe(1);
    }

    [Fact]
    public void A_full_list_refuses_the_client_and_its_requests_pass()
    {
        _node.Lists.Blacklist.Maximum = 1;
        _node.Send(Client, "BadBot");
        _node.Send(Other, "BadBot").ShouldBe(Verdict.Pass);
        _node.Send(Other, "BadBot").ShouldBe(Verdict.Pass);
        _node.Lists.Blacklist.Changes(ListSource.Header, ListChange.Refused).ShouldBe(2);
        _node.Send(Client, "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);
    }

    [Fact]
    public void The_entry_says_which_value_matched_in_which_request()
    {
        _node.Send(Client, "a BadBot");
        _node.Lists.ReasonsOf(ListKind.Blacklist).TryGet(_node.Snapshot.Identity.PrefixOf(_node.ClientOf(Client)), out var reason).ShouldBeTrue();
        (reason!.Service, reason.Source, reason.Rule, reason.RequestId).ShouldBe(("shop", ListSource.Header, "bad", FakeRequest.Id));
        reason.Detail.ShouldBe("User-Agent is \"a BadBot\"");
        reason.Ttl.ShouldBe(30 * Minute);
    }

    [Fact]
    public void Services_do_not_share_their_lists()
    {
        _node.Apply(
            Rules(Rule("bad", "Blacklist")),
            """, "blog": { "Hosts": ["blog.example"], "Origins": ["203.0.113.10:80"] }""");
        _node.Send(Client, "BadBot");
        var blog = _node.Snapshot.Services.Single(service => service.Name == "blog");
        RequestFilter.AtArrival(blog, _node.ClientOf(Client), new FakeRequest("BadBot"), _node.Now).ShouldBe(Verdict.Pass);
    }
}
