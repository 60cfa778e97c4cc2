using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

/// <summary>What the disk reads back from memory.</summary>
public class ClientListRecallTests
{
    private static readonly NetworkPrefix Client = Key("192.0.2.1");

    private readonly ClientList _blacklist = new(ListKind.Blacklist, 1_000);
    private readonly ClientList _whitelist = new(ListKind.Whitelist, 1_000);

    [Fact]
    public void An_entry_is_recalled_while_it_holds_and_on_the_blacklist_while_it_can_double_the_next()
    {
        foreach (var list in new[] { _blacklist, _whitelist })
        {
            list.Add(Client.Address, list.CauseOf(ListSource.Header, "rule"), Start, Ttl);
            list.TryRecall(Client, After(29), out var entry).ShouldBeTrue();
            entry.Rule.ShouldBe("rule");
            list.TryRecall(Client, After(31), out _).ShouldBe(list == _blacklist);
            list.TryRecall(Client, After((24 * 60) + 1), out _).ShouldBeFalse();
        }
    }

    [Fact]
    public void What_was_removed_is_not_recalled()
    {
        _blacklist.Append(Client, Start, null, out _);
        _blacklist.Remove(Client.Address, After(1));
        _blacklist.TryRecall(Client, After(1), out _).ShouldBeFalse();
        _blacklist.Known().ShouldBeEmpty();
    }

    [Fact]
    public void Known_names_everybody_who_can_be_recalled()
    {
        NetworkPrefix[] keys = [Client, Key("198.51.100.0/24"), Key("2001:db8:0:1::/64"), Key("2001:db8:1::/48")];
        foreach (var key in keys)
        {
            _blacklist.Append(key, Start, After(30), out _);
        }

        _blacklist.Known().ShouldBe(keys, ignoreOrder: true);
        keys.ShouldAllBe(key => RecalledLater(key));
    }

    private bool RecalledLater(NetworkPrefix key) => _blacklist.TryRecall(key, After(60), out _);

    private static NetworkPrefix Key(string text)
    {
        NetworkPrefix.TryParse(text, out var key, out var problem).ShouldBeTrue(problem);
        return key!;
    }
}
