using System.Net;
using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

public class ListSubnetTests
{
    private readonly ClientList _list = new(ListKind.Blacklist, 1_000);

    [Theory]
    [InlineData("198.51.100.0/24", "198.51.100.255", "198.51.101.0")]
    [InlineData("10.0.0.0/8", "10.255.255.255", "11.0.0.0")]
    [InlineData("192.0.2.6/31", "192.0.2.7", "192.0.2.8")]
    [InlineData("2001:db8::/32", "2001:db8:ffff:ffff::1", "2001:db9::1")]
    [InlineData("2001:e000::/19", "2001:ffff::1", "2002::1")]
    [InlineData("2001:db8::/63", "2001:db8:0:1::1", "2001:db8:0:2::1")]
    public void Who_is_in_a_listed_subnet_is_listed_and_nobody_else(string subnet, string inside, string outside)
    {
        Append(subnet);
        IsListed(inside).ShouldBeTrue();
        IsListed(outside).ShouldBeFalse();
        IsListed("::").ShouldBeFalse();
        IsListed("0.0.0.0").ShouldBeFalse();
    }

    [Theory]
    [InlineData("192.0.2.7/32", "192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8::/64", "2001:db8::", "2001:db8::/64")]
    [InlineData("2001:db8::5", "2001:db8::9", "2001:db8::/64")]
    [InlineData("2001:db8::ff00/120", "2001:db8::9", "2001:db8::/64")]
    public void A_subnet_within_one_client_is_that_client(string subnet, string client, string shown)
    {
        Append(subnet);
        IsListed(client).ShouldBeTrue();
        _list.TryGet(_list.Identity.Of(IPAddress.Parse(client)), Start, out _).ShouldBeTrue();
        _list.Entries(Start).ShouldHaveSingleItem().Key.ToString().ShouldBe(shown);
    }

    [Fact]
    public void The_entry_of_the_longest_subnet_holds_and_the_own_one_before_it()
    {
        string Holder() => _list.TryFind(Key("192.0.2.7"), Start, out var found, out _) ? found.ToString() : "none";

        Append("192.0.0.0/8");
        Holder().ShouldBe("192.0.0.0/8");
        Append("192.0.2.0/24");
        Append("192.0.0.0/16");
        Holder().ShouldBe("192.0.2.0/24");
        Append("192.0.2.7");
        Holder().ShouldBe("192.0.2.7");
        _list.Forget(Key("192.0.2.7"), Start, out _).ShouldBeTrue();
        _list.Forget(Key("192.0.2.0/24"), Start, out _).ShouldBeTrue();
        Holder().ShouldBe("192.0.0.0/16");
    }

    [Fact]
    public void Removing_a_subnet_leaves_the_other_of_the_same_length_and_the_clients_in_it()
    {
        Append("192.0.2.0/24");
        Append("198.51.100.0/24");
        Append("192.0.2.7");
        _list.Forget(Key("192.0.2.0/24"), Start, out var wasListed).ShouldBeTrue();
        wasListed.ShouldBeTrue();
        new[] { "192.0.2.6", "192.0.2.7", "198.51.100.1" }.Select(IsListed).ShouldBe([false, true, true]);
        _list.Count.ShouldBe(2);
    }

    [Fact]
    public void A_subnet_ends_at_its_time_and_can_come_back()
    {
        _list.Append(Key("192.0.2.0/24"), Start, After(30), out _).ShouldBe(AddResult.Added);
        _list.Contains(Client("192.0.2.1"), After(29)).ShouldBeTrue();
        _list.Contains(Client("192.0.2.1"), After(30)).ShouldBeFalse();
        _list.SweepAll(After(31));
        _list.Count.ShouldBe(0);
        _list.Append(Key("192.0.2.0/24"), After(31), null, out _).ShouldBe(AddResult.Added);
        _list.Contains(Client("192.0.2.1"), After(60 * 24 * 365)).ShouldBeTrue();
    }

    [Fact]
    public void A_look_up_beside_subnets_of_many_lengths_allocates_nothing()
    {
        for (var length = 8; length < 32; length++)
        {
            _list.Append(NetworkPrefix.Of(Client("192.0.2.1"), 96 + length), Start, null, out _);
        }

        var (inside, outside, other) = (Client("192.0.2.200"), Client("203.0.113.1"), Client("2001:db8::1"));
        Allocations.Of(() => _list.Contains(inside, Start)).ShouldBe(0);
        Allocations.Of(() => _list.Contains(outside, Start)).ShouldBe(0);
        Allocations.Of(() => _list.Contains(other, Start)).ShouldBe(0);
    }

    [Theory]
    [InlineData(ListKind.Whitelist, "192.0.2.7", "")]
    [InlineData(ListKind.Whitelist, "2001:db8::/64", "")]
    [InlineData(ListKind.Whitelist, "192.0.2.0/24", "192.0.2.0/24 is a subnet; the whitelist takes single addresses only, because a subnet too easily lets everyone in")]
    [InlineData(ListKind.Blacklist, "192.0.0.0/8", "")]
    [InlineData(ListKind.Blacklist, "192.0.0.0/7", "192.0.0.0/7 is too wide; /8 or longer")]
    [InlineData(ListKind.Blacklist, "2001:e000::/19", "")]
    [InlineData(ListKind.Blacklist, "2001:c000::/18", "2001:c000::/18 is too wide; /19 or longer")]
    public void What_a_list_does_not_take_is_refused_with_the_reason(ListKind kind, string key, string expected)
    {
        ListRules.Accept(kind, Key(key), new(64), out var problem).ShouldBe(expected.Length == 0);
        problem.ShouldBe(expected);
    }

    private void Append(string key) => _list.Append(Key(key), Start, null, out _).ShouldBe(AddResult.Added);

    private bool IsListed(string address) => _list.Contains(Client(address), Start);

    private ClientKey Client(string address) => _list.Identity.Of(IPAddress.Parse(address));

    private static NetworkPrefix Key(string text)
    {
        NetworkPrefix.TryParse(text, out var prefix, out var problem).ShouldBeTrue(problem);
        return prefix;
    }
}
