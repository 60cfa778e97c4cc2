using static Qrator.FilterNode.Filtering.FilterFixture;

namespace Qrator.FilterNode.Filtering;

public class StaticListTests
{
    private readonly FilterFixture _node = new(Rules(
        Rule("bad", "Blacklist") + "," + Rule("good", "Whitelist", "Equals", "Tester"),
        """
        "Whitelist": ["192.0.2.10", "198.51.100.7", "2001:db8:1::5"],
        "Blacklist": ["192.0.2.10", "198.51.100.0/24", "203.0.113.9", "2001:db8::/32", "2001:dead::1", "2001:dead:0:7::/65", "::ffff:192.0.2.128/121"],
        """));

    [Theory]
    [InlineData("203.0.113.9")]
    [InlineData("198.51.100.0")]
    [InlineData("198.51.100.255")]
    [InlineData("::ffff:198.51.100.255")]
    [InlineData("192.0.2.200")]
    [InlineData("2001:db8:2::1")]
    [InlineData("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:dead::1")]
    public void Who_is_blacklisted_by_the_configuration_is_dropped_at_once(string client) =>
        _node.Send(client, "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);

    [Theory]
    [InlineData("198.51.101.0")]
    [InlineData("203.0.113.10")]
    [InlineData("192.0.2.127")]
    [InlineData("2001:db9::1")]
    [InlineData("2001:dead:0:1::1")]
    [InlineData("::1")]
    public void Everybody_else_passes(string client) => _node.Send(client, "Mozilla/5.0").ShouldBe(Verdict.Pass);

    [Theory]
    [InlineData("2001:dead::ffff")]
    [InlineData("2001:dead:0:7:ffff::1")]
    public void An_entry_within_a_client_is_the_whole_client(string client) =>
        _node.Send(client, "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);

    [Theory]
    [InlineData("192.0.2.10")]
    [InlineData("198.51.100.7")]
    [InlineData("2001:db8:1::5")]
    [InlineData("2001:db8:1::6")]
    public void The_whitelist_of_the_configuration_beats_its_blacklist_and_every_rule(string client)
    {
        _node.Send(client, "BadBot").ShouldBe(Verdict.PassWhitelisted);
        _node.Send(client, "BadBot").ShouldBe(Verdict.PassWhitelisted);
        _node.Hits("bad").Enforced.ShouldBe(0);
        _node.Lists.Blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void A_whitelist_rule_saves_also_a_client_that_the_configuration_blacklists() =>
        _node.Send("203.0.113.9", "Tester").ShouldBe(Verdict.PassWhitelisted);

    [Fact]
    public void Static_entries_never_end()
    {
        _node.Wait(TimeSpan.FromDays(1_000));
        _node.Send("203.0.113.9", "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);
        _node.Send("192.0.2.10", "BadBot").ShouldBe(Verdict.PassWhitelisted);
    }

    [Fact]
    public void Static_entries_are_counted_as_written() =>
        (_node.Service.ConfiguredWhitelist, _node.Service.ConfiguredBlacklist).ShouldBe((3, 7));

    [Fact]
    public void A_reload_changes_them_and_leaves_the_dynamic_lists()
    {
        _node.Send("192.0.2.1", "BadBot");
        _node.Apply(Rules(Rule("bad", "Blacklist"), """ "Blacklist": ["192.0.2.2"], """));
        _node.Send("192.0.2.2", "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);
        _node.Send("203.0.113.9", "Mozilla/5.0").ShouldBe(Verdict.Pass);
        _node.Send("192.0.2.1", "Mozilla/5.0").ShouldBe(Verdict.DropBlacklisted);
    }
}
