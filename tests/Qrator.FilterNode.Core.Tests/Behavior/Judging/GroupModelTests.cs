using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.Judging;

public sealed class GroupModelTests
{
    private static readonly RequestTraits Usual = new() { Agent = 11, HeaderOrder = 12, Path = 13, RefererSite = 14, HasCookie = true, Country = 15 };

    [Theory]
    [InlineData("agent", "Tool, RareTool, ToolOnPage, RareToolOnPage")]
    [InlineData("header order", "Tool, RareTool, HeaderOrder, Country, ToolOnPage, RareToolOnPage, HeaderOrderOnPage")]
    [InlineData("no cookie", "Tool, RareTool, ToolOnPage, RareToolOnPage, HeaderOrderOnPage")]
    [InlineData("no referer", "Tool, RareTool, ToolOnPage, RareToolOnPage, HeaderOrderOnPage")]
    [InlineData("site of the referer", "ToolOnPage")]
    [InlineData("page", "ToolOnPage, RareToolOnPage, HeaderOrderOnPage")]
    [InlineData("often in a row", "ToolOnPage, RareToolOnPage, HeaderOrderOnPage")]
    [InlineData("country", "Country")]
    [InlineData("subnet", "Prefix")]
    [InlineData("another client of the subnet", "")]
    public void A_request_that_differs_in_one_trait_is_of_other_groups_of_the_kinds_that_are_made_of_it_and_of_no_others(string trait, string kinds)
    {
        // One that has seen nothing takes nothing for rare.
        var model = new GroupModel(1 << 20, new());
        var other = trait switch
        {
            "agent" => Usual with { Agent = 21 },
            "header order" => Usual with { HeaderOrder = 22 },
            "page" => Usual with { Path = 23 },
            "site of the referer" => Usual with { RefererSite = 24 },
            "no referer" => Usual with { RefererSite = 0 },
            "no cookie" => Usual with { HasCookie = false },
            "country" => Usual with { Country = 25 },
            _ => Usual,
        };
        foreach (var (client, neighbour, stranger) in new[] { ("192.0.2.1", "192.0.2.77", "192.0.3.1"), ("2001:db8:1:1::", "2001:db8:1:2::", "2001:db8:2:1::") })
        {
            var groups = Groups(model, Key(client), Usual, streak: 1);
            var others = Groups(
                model, Key(trait switch { "subnet" => stranger, "another client of the subnet" => neighbour, _ => client }), other, trait == "often in a row" ? 2 : 1);
            string.Join(", ", Enum.GetValues<GroupKind>().Where(kind => groups.Keys[(int)kind] != others.Keys[(int)kind])).ShouldBe(kinds);
        }
    }

    private static RequestGroups Groups(GroupModel model, ClientKey client, RequestTraits traits, int streak)
    {
        model.ToolsOf(client, traits, out var groups);
        model.AddOthers(traits, ref groups);
        groups.AskedInRow(streak);
        return groups;
    }

    private static ClientKey Key(string address) => ClientKey.FromAddress(System.Net.IPAddress.Parse(address));
}
