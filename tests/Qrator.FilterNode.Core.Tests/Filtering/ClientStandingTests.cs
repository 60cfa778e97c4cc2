using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Filtering;

public sealed class ClientStandingTests
{
    private readonly FilterFixture _node = new("""
        "Whitelist": ["192.0.2.10", "2001:db8:0:1::5"], "Blacklist": ["198.51.100.0/24", "2001:db8:0:2::7"],
        "HeaderFilter": { "Rules": [ { "Id": "bad", "Header": "User-Agent", "Test": "Contains", "Value": "Bad", "List": "Blacklist" },
                                     { "Id": "good", "Header": "User-Agent", "Test": "Equals", "Value": "Good", "List": "Whitelist" } ] }
        """);

    [Theory]
    [InlineData("192.0.2.10", "whitelisted")]
    [InlineData("192.0.2.11", "unlisted")]
    [InlineData("2001:db8:0:1::6", "whitelisted")]
    [InlineData("2001:db8:0:1::/64", "whitelisted")]
    [InlineData("198.51.100.200", "blacklisted")]
    [InlineData("198.51.100.128/25", "blacklisted")]
    [InlineData("198.51.0.0/16", "unlisted")]
    [InlineData("2001:db8:0:2::8", "blacklisted")]
    public void The_configuration_is_told_for_the_whole_client(string asked, string word) => Of(asked).Word.ShouldBe(word);

    [Fact]
    public void Both_lists_are_told_and_the_whitelist_comes_first()
    {
        _node.Send("203.0.113.7", "Bad");
        Of("203.0.113.7").Word.ShouldBe("blacklisted");
        _node.Send("203.0.113.7", "Good");

        var standing = Of("203.0.113.7");

        standing.Word.ShouldBe("whitelisted");
        (standing.Whitelist!.Value.Entry.Rule, standing.Blacklist!.Value.Entry.Rule).ShouldBe(("good", "bad"));
        StandingAdvice.For(standing).ShouldBe([
            "whitelist_remove [\"203.0.113.7\"] has the filters look at it again",
            "if rule good is wrong, change or remove it in FilterNode:Services:shop:HeaderFilter:Rules; its entries end with it",
            "it is on the blacklist too, which does not count while it is whitelisted"]);
    }

    [Theory]
    [InlineData("192.0.2.10", "to have the filters look at it again, take 192.0.2.10 out of FilterNode:Services:shop:Whitelist")]
    [InlineData("198.51.100.9", "to let it in, take 198.51.100.0/24 out of FilterNode:Services:shop:Blacklist")]
    [InlineData("203.0.113.9", "blacklist_append [[\"203.0.113.9\", 3600, \"why\"]] keeps it out for an hour")]
    public void The_nearest_advice_comes_first(string asked, string advice) => StandingAdvice.For(Of(asked)).First().ShouldBe(advice);

    [Fact]
    public void An_entry_of_a_subnet_around_the_client_is_told_as_that()
    {
        _node.Lists.Append(ListKind.Blacklist, Prefix("203.0.113.0/24"), _node.Now, null, "net");

        Of("203.0.113.7").Blacklist!.Value.Key.ShouldBe(Prefix("203.0.113.0/24"));
        StandingAdvice.For(Of("203.0.113.0/25")).ShouldBe(["blacklist_remove [\"203.0.113.0/24\"] lets the whole subnet in, without memory of what it did"]);
    }

    private ClientStanding Of(string asked) => ClientStanding.Of(_node.Service, Prefix(asked), _node.Now);

    private static NetworkPrefix Prefix(string text) => NetworkPrefix.TryParse(text, out var prefix, out var problem) ? prefix : throw new ArgumentException(problem);
}
