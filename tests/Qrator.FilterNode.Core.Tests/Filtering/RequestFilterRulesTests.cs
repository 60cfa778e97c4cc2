using static Qrator.FilterNode.Filtering.FilterFixture;

namespace Qrator.FilterNode.Filtering;

public class RequestFilterRulesTests
{
    private const string Client = "192.0.2.1";

    [Theory]
    [InlineData("Equals", "BadBot", "BadBot", true)]
    [InlineData("Equals", "BadBot", "BadBot ", false)]
    [InlineData("Equals", "BadBot", "badbot", false)]
    [InlineData("Equals", "BadBot", "a BadBot", false)]
    [InlineData("Equals", "BadBot", "", false)]
    [InlineData("Equals", "BadBot", null, false)]
    [InlineData("Contains", "BadBot", "BadBot", true)]
    [InlineData("Contains", "BadBot", "a BadBot/1.0", true)]
    [InlineData("Contains", "BadBot", "a Badbot/1.0", false)]
    [InlineData("Contains", "BadBot", "Bad Bot", false)]
    [InlineData("Contains", "BadBot", "", false)]
    [InlineData("Contains", "BadBot", null, false)]
    [InlineData("IsEmpty", "", "", true)]
    [InlineData("IsEmpty", "", null, true)]
    [InlineData("IsEmpty", "", " ", false)]
    [InlineData("IsEmpty", "", "Mozilla/5.0", false)]
    public void Each_test_matches_what_it_says(string test, string value, string? header, bool expected)
    {
        foreach (var name in new[] { "User-Agent", "Referer" })
        {
            var node = new FilterFixture(Rules(Rule("rule", "Blacklist", test, value, name)));
            var (matching, other) = (header, "https://other.example/");
            node.Send(Client, name == "User-Agent" ? matching : other, name == "Referer" ? matching : other);
            node.Lists.Blacklist.Count.ShouldBe(expected ? 1 : 0, $"{name} {test}");
            node.Hits("rule").Enforced.ShouldBe(expected ? 1 : 0);
        }
    }

    [Fact]
    public void A_rule_looks_at_its_own_header_only()
    {
        var node = new FilterFixture(Rules(Rule("agent", "Blacklist") + "," + Rule("referer", "Blacklist", header: "Referer", value: "Evil")));
        node.Send(Client, "Evil", "Bad");
        node.Lists.Blacklist.Count.ShouldBe(0);
        node.Send(Client, "x", "Evil");
        (node.Hits("agent").Enforced, node.Hits("referer").Enforced).ShouldBe((0, 1));
    }

    [Fact]
    public void Every_rule_that_matches_is_counted_and_the_one_that_lists_longest_owns_the_entry()
    {
        var node = new FilterFixture(Rules(string.Join(',', [
            Rule("short", "Blacklist", ttl: "00:05:00"), Rule("no", "Blacklist", value: "Other"),
            Rule("long", "Blacklist", ttl: "02:00:00"), Rule("middle", "Blacklist", ttl: "01:00:00")])));
        node.Send(Client, "Bad").ShouldBe(Verdict.Pass);

        new[] { "short", "no", "long", "middle" }.Select(rule => node.Hits(rule).Enforced).ShouldBe([1, 0, 1, 1]);
        node.Lists.Blacklist.TryGet(node.ClientOf(Client), node.Now, out var entry).ShouldBeTrue();
        (entry.Rule, entry.Expires).ShouldBe(("long", node.Now + TimeSpan.FromHours(2).Ticks));
    }

    [Fact]
    public void Every_whitelist_rule_that_matches_is_counted()
    {
        var node = new FilterFixture(Rules(Rule("one", "Whitelist") + "," + Rule("two", "Whitelist", "Equals", "Bad")));
        node.Send(Client, "Bad").ShouldBe(Verdict.PassWhitelisted);
        (node.Hits("one").Enforced, node.Hits("two").Enforced).ShouldBe((1, 1));
    }

    [Fact]
    public void In_shadow_mode_rules_count_and_do_nothing()
    {
        var node = new FilterFixture(
            $$""" "HeaderFilter": { "Shadow": true, "Rules": [ {{Rule("bad", "Blacklist")}}, {{Rule("good", "Whitelist", "Equals", "Tester")}} ] } """);
        for (var i = 0; i < 3; i++)
        {
            node.Send(Client, "BadBot").ShouldBe(Verdict.Pass);
            node.Send(Client, "Tester").ShouldBe(Verdict.Pass);
        }

        (node.Hits("bad").Shadow, node.Hits("bad").Enforced, node.Hits("good").Shadow, node.Hits("good").Enforced).ShouldBe((3, 0, 3, 0));
        (node.Lists.Blacklist.Count, node.Lists.Whitelist.Count).ShouldBe((0, 0));
    }

    [Fact]
    public void A_whitelist_rule_in_shadow_mode_saves_nobody()
    {
        var node = new FilterFixture(
            $$""" "Blacklist": ["{{Client}}"], "HeaderFilter": { "Shadow": true, "Rules": [ {{Rule("good", "Whitelist", "Equals", "Tester")}} ] } """);
        node.Send(Client, "Tester").ShouldBe(Verdict.DropBlacklisted);
        node.Hits("good").Shadow.ShouldBe(1);
    }

    [Fact]
    public void A_filter_that_is_off_neither_acts_nor_counts()
    {
        var node = new FilterFixture($$""" "HeaderFilter": { "Enabled": false, "Rules": [ {{Rule("bad", "Blacklist")}} ] } """);
        node.Send(Client, "BadBot").ShouldBe(Verdict.Pass);
        node.Send(Client, "BadBot").ShouldBe(Verdict.Pass);
        (node.Hits("bad").Enforced, node.Hits("bad").Shadow, node.Lists.Blacklist.Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void A_passing_request_allocates_nothing_with_40_rules()
    {
        string[] tests = ["Contains", "Equals", "IsEmpty"];
        var rules = Enumerable.Range(0, 40).Select(i => Rule(
            $"rule{i}", i % 2 == 0 ? "Blacklist" : "Whitelist", tests[i % 3], $"Bot{i}", i % 5 == 0 ? "Referer" : "User-Agent"));
        var node = new FilterFixture(Rules(
            string.Join(',', rules), """ "Whitelist": ["192.0.2.9"], "Blacklist": ["198.51.100.0/24", "2001:db8::/32", "192.0.2.8"], """));
        node.Lists.Blacklist.Add(node.ClientOf("192.0.2.7"), node.Lists.Blacklist.CauseOf(Lists.ListSource.Api, ""), node.Now, Minute, out _);
        var (service, ipv4, ipv6, now) = (node.Service, node.ClientOf(Client), node.ClientOf("2001:dead::1"), node.Now);
        var request = new FakeRequest("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "https://shop.example/");

        RequestFilter.AtArrival(service, ipv4, request, now).ShouldBe(Verdict.Pass);
        Allocations.Of(() => RequestFilter.AtArrival(service, ipv4, request, now)).ShouldBe(0);
        Allocations.Of(() => RequestFilter.AtArrival(service, ipv6, request, now)).ShouldBe(0);

        var (whitelisted, blacklisted) = (node.ClientOf("192.0.2.9"), node.ClientOf("192.0.2.7"));
        RequestFilter.AtArrival(service, whitelisted, request, now).ShouldBe(Verdict.PassWhitelisted);
        RequestFilter.AtArrival(service, blacklisted, request, now).ShouldBe(Verdict.DropBlacklisted);
        Allocations.Of(() => RequestFilter.AtArrival(service, whitelisted, request, now)).ShouldBe(0);
        Allocations.Of(() => RequestFilter.AtArrival(service, blacklisted, request, now)).ShouldBe(0);
    }
}
