using System.Net;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

[Trait("Category", "Root")]
public sealed class BlackHoleTests
{
    [Fact]
    public async Task A_thousand_requests_for_a_network_that_swallows_all_are_a_handful_of_SYN_packets_and_a_thousand_502()
    {
        await using var dark = await DarkNetwork.CreateAsync();
        var settings = TestNode.Settings($"{dark.Address}:80");
        TestNode.Shop(settings)["Timeouts"] = new JsonObject { ["Connect"] = "00:00:02" };
        await using var node = await NodeProcess.StartAsync(settings);

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => node.Client.GetAsync(node.Address)));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.BadGateway);

        // Some sixteen; more when the requests take longer to arrive than a connect has time.
        (await dark.SynsAsync()).ShouldBeInRange(2, 100);
    }

    [Fact]
    public async Task Requests_to_the_other_origin_do_not_wait_for_a_network_that_swallows_all()
    {
        await using var dark = await DarkNetwork.CreateAsync();
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings($"{dark.Address}:80", origin.Address);

        // As long as can be, which is longer than the test.
        TestNode.Shop(settings)["Timeouts"] = new JsonObject { ["Connect"] = "00:01:00" };
        await using var node = await NodeProcess.StartAsync(settings);

        var thousand = Enumerable.Range(0, 1000).Select(_ => node.Client.GetStringAsync(node.Address)).ToArray();

        await Eventually.Holds(() => thousand.Count(answer => answer.IsCompletedSuccessfully) >= 996, "all but those that connect are answered");
        thousand.Count(answer => !answer.IsCompleted).ShouldBeInRange(1, 4);
        (await dark.SynsAsync()).ShouldBeInRange(1, 100);
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_ends_the_attempt_at_once()
    {
        await using var dark = await DarkNetwork.CreateAsync();
        await using var origin = await TestOrigin.StartAsync();
        var unreachable = $"{dark.Address}:{DarkNetwork.UnreachablePort}";
        await using var node = await TestNode.StartAsync(unreachable, origin.Address);

        // The clock of connecting stands still.
        (await node.Client.GetStringAsync(node.Address)).ShouldBe("hello");

        await node.ShouldComeToAsync($"filternode_origin_failures_total{{service=\"shop\",origin=\"{unreachable}\",reason=\"unreachable\"}}", 1);
        (await node.MetricAsync($"filternode_origin_available{{service=\"shop\",origin=\"{unreachable}\"}}")).ShouldBe(0);
    }
}
