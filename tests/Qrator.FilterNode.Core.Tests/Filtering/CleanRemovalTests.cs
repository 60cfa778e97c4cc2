using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.UserRules;

namespace Qrator.FilterNode.Filtering;

/// <summary>A client that an operator removes starts clean, whatever its requests that are still under way lead to.</summary>
public class CleanRemovalTests
{
    private const string BlacklistRule =
        """ "UserRules": { "Rules": [ { "Id": "slow", "Action": "Blacklist", "Ttl": "01:00:00", "When": { "Property": "Path", "Operator": "=", "Value": "/" } } ] } """;

    private const string LimitRule =
        """ "UserRules": { "Rules": [ { "Id": "rate", "Action": "RateLimit", "Rate": 1, "Burst": 1, "Ttl": "01:00:00", "When": { "Property": "Path", "Operator": "=", "Value": "/" } } ] } """;

    private static readonly RequestData Request = new() { Path = "/" };

    [Theory]
    [InlineData(ListKind.Blacklist, false)]
    [InlineData(ListKind.Whitelist, false)]
    [InlineData(ListKind.Blacklist, true)]
    public void A_response_to_a_request_from_before_the_removal_does_not_list_the_client_again(ListKind kind, bool flush)
    {
        var node = new FilterFixture(BlacklistRule);
        var arrived = node.Now;
        Answer(node, arrived);
        Clean(node, kind, flush);
        Clean(node, ListKind.Blacklist, flush: false);
        node.Wait(FilterFixture.Minute);

        Answer(node, arrived);
        IsListed(node).ShouldBeFalse();
        Answer(node, node.Now);
        IsListed(node).ShouldBeTrue("what comes afterwards counts");
        node.Lists.Blacklist.TryGet(Client(node), node.Now, out var entry).ShouldBeTrue();
        entry.Offences.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_removed_client_broke_of_the_protocol_does_not_count_any_more(bool flush)
    {
        var node = new FilterFixture(BlacklistRule);
        Answer(node, node.Now);
        var offences = node.Service.Store.Offences;
        offences.Count(Client(node), node.Now, TimeSpan.FromHours(1)).ShouldBe(1);
        Clean(node, ListKind.Blacklist, flush);

        offences.Count(Client(node), node.Now, TimeSpan.FromHours(1)).ShouldBe(1);
    }

    [Theory]
    [InlineData(ListKind.Blacklist)]
    [InlineData(ListKind.Whitelist)]
    public void A_removed_client_has_no_bucket_any_more_and_gets_none_for_what_came_before(ListKind kind)
    {
        var node = new FilterFixture(LimitRule);
        var arrived = node.Now;
        Answer(node, arrived);
        IsLimited(node).ShouldBeTrue();
        Clean(node, kind, flush: false);
        IsLimited(node).ShouldBeFalse();
        node.Wait(FilterFixture.Minute);

        Answer(node, arrived);
        IsLimited(node).ShouldBeFalse();
        Answer(node, node.Now);
        IsLimited(node).ShouldBeTrue();
    }

    [Fact]
    public void A_flush_takes_the_buckets_of_those_who_were_on_the_list_and_leaves_the_others()
    {
        var node = new FilterFixture(LimitRule);
        Answer(node, node.Now);
        Clean(node, ListKind.Blacklist, flush: true);
        IsLimited(node).ShouldBeTrue("it was not on the list");
        node.Lists.Append(ListKind.Blacklist, node.Snapshot.Identity.PrefixOf(Client(node)), node.Now, null, "");
        Clean(node, ListKind.Blacklist, flush: true);
        IsLimited(node).ShouldBeFalse();
    }

    private static void Clean(FilterFixture node, ListKind kind, bool flush)
    {
        node.Wait(TimeSpan.FromSeconds(1));
        if (flush)
        {
            node.Service.Store.Flush(kind, node.Now);
        }
        else
        {
            node.Service.Store.Remove(kind, node.Snapshot.Identity.PrefixOf(Client(node)), node.Now);
        }

        node.Wait(TimeSpan.FromSeconds(1));
    }

    private static void Answer(FilterFixture node, long arrived) =>
        RequestFilter.AtResponse(node.Service, Client(node), Request.View(), new ResponseData().View(), arrived, node.Now);

    private static bool IsListed(FilterFixture node) => node.Lists.Blacklist.Contains(Client(node), node.Now);

    private static bool IsLimited(FilterFixture node) => node.Service.Store.AllBuckets.Single().Buckets.IsLimited(Client(node), node.Now);

    private static ClientKey Client(FilterFixture node) => node.ClientOf("192.0.2.1");
}
