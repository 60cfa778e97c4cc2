using System.Net;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Api;

public sealed class ApiRemovalTests
{
    private const string BadAgent = """
        "HeaderFilter": { "Rules": [ { "Id": "bad-agent", "Header": "User-Agent", "Test": "Contains", "Value": "BadBot", "List": "Blacklist", "Ttl": "00:05:00" } ] }
        """;

    [Theory]
    [InlineData("blacklist_remove", "[\"127.0.0.1\"]")]
    [InlineData("blacklist_flush", "[]")]
    public async Task A_client_that_was_removed_after_several_offences_gets_the_first_time_again(string method, string parameters)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(AdminApi.Settings(origin.Address, BadAgent));
        foreach (var minutes in (int[])[5, 10, 20])
        {
            (await HeaderFilterTests.SendAsync(node, "BadBot")).ShouldBe(HttpStatusCode.OK);
            (await SecondsAsync(node)).ShouldBeInRange((minutes * 60) - 20, minutes * 60);
            node.Time.Advance(TimeSpan.FromMinutes(minutes + 0.1));
        }

        await HeaderFilterTests.SendAsync(node, "BadBot");
        (await SecondsAsync(node)).ShouldBeGreaterThan(2_300);
        (await node.CallAsync(method, parameters)).GetInt32().ShouldBe(1);

        (await HeaderFilterTests.SendAsync(node, "Mozilla")).ShouldBe(HttpStatusCode.OK);
        (await node.EntriesAsync("blacklist")).ShouldBeEmpty();
        (await HeaderFilterTests.SendAsync(node, "BadBot")).ShouldBe(HttpStatusCode.OK);
        (await SecondsAsync(node)).ShouldBeInRange(280, 300);
    }

    [Fact]
    public async Task A_removed_client_has_no_bucket_any_more()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(AdminApi.Settings(origin.Address, """
            "UserRules": { "Rules": [ { "Id": "rate", "Action": "RateLimit", "Rate": 0.001, "Burst": 1, "Excess": "Reject", "Scope": "Client", "Ttl": "00:05:00",
              "When": { "Property": "Path", "Operator": "=", "Value": "/login" } } ] }
            """));
        (await node.Client.GetAsync(new Uri(node.Address, "login"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var i = 0; i < 2; i++)
        {
            (await node.Client.GetAsync(node.Address)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await node.Client.GetAsync(node.Address)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await node.CallAsync("blacklist_remove", """["127.0.0.1"]""")).GetInt32().ShouldBe(0);

        for (var i = 0; i < 5; i++)
        {
            (await node.Client.GetAsync(node.Address)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await node.CallAsync("ip_status", """["127.0.0.1"]""")).GetProperty("services")[0].GetProperty("limited").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_request_that_was_under_way_when_its_client_was_removed_does_not_list_it_again()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            reached.TrySetResult();
            await release.Task;
            context.Response.StatusCode = 404;
        });
        await using var node = await TestNode.StartAsync(AdminApi.Settings(origin.Address, """
            "UserRules": { "Rules": [ { "Id": "not-found", "Action": "Blacklist", "Ttl": "00:05:00", "When": { "Property": "Status", "Operator": "=", "Value": 404 } } ] }
            """));
        await node.CallAsync("blacklist_append", """[["203.0.113.7", 60]]""");
        var underWay = node.Client.GetAsync(node.Address);
        await reached.Task;

        await node.CallAsync("blacklist_remove", """["127.0.0.1"]""");
        release.SetResult();

        (await underWay).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await node.EntriesAsync("blacklist")).ShouldHaveSingleItem().ShouldContain("203.0.113.7");
        (await node.Client.GetAsync(node.Address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await node.EntriesAsync("blacklist")).Count.ShouldBe(2);
    }

    private static async Task<int> SecondsAsync(TestNode node) =>
        (await node.CallAsync("blacklist_get")).EnumerateArray().ShouldHaveSingleItem()[1].GetInt32();
}
