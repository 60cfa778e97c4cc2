using System.Net;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class ConnectingTests
{
    private const string OkOnce = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    [Fact]
    public async Task A_black_hole_is_502_after_two_attempts_of_nine_seconds()
    {
        using var hole = new BlackHole();
        await using var node = await TestNode.StartAsync(hole.Address);
        var answer = node.Client.GetAsync(node.Address);

        await Eventually.Holds(() => hole.Connecting == 1, "the first attempt connects");
        node.Time.Advance(TimeSpan.FromSeconds(9));
        await Eventually.Holds(async () => await TimeoutsAsync(node, hole) == 1 && hole.Connecting == 1, "the second attempt connects");
        answer.IsCompleted.ShouldBeFalse();
        node.Time.Advance(TimeSpan.FromSeconds(9));

        (await answer).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await TimeoutsAsync(node, hole)).ShouldBe(2);
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_unreachable\"}", 1);
    }

    [Fact]
    public async Task A_thousand_requests_for_a_black_hole_cost_a_handful_of_connects_and_all_end_in_502()
    {
        using var hole = new BlackHole();
        await using var node = await TestNode.StartAsync(hole.Address);
        var thousand = Enumerable.Range(0, 1000).Select(_ => node.Client.GetAsync(node.Address)).ToArray();
        var most = 0;

        await Eventually.Holds(() => node.Host.Door.Current.Services[0].Origins[0].Store.InFlight == 1000, "all are there");
        await Eventually.Holds(() =>
        {
            most = Math.Max(most, hole.Connecting);
            node.Time.Advance(TimeSpan.FromSeconds(1));
            return thousand.All(answer => answer.IsCompleted);
        }, "all are answered");

        thousand.ShouldAllBe(answer => answer.Result.StatusCode == HttpStatusCode.BadGateway);
        most.ShouldBeInRange(1, 4);
        (await TimeoutsAsync(node, hole)).ShouldBeInRange(2, 10);
    }

    [Fact]
    public async Task A_black_hole_does_not_delay_requests_to_the_other_origin()
    {
        using var hole = new BlackHole();
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(hole.Address, origin.Address);

        var thousand = Enumerable.Range(0, 1000).Select(_ => node.Client.GetAsync(node.Address)).ToArray();

        await Eventually.Holds(() => thousand.Count(answer => answer.IsCompletedSuccessfully) >= 996, "all but those that connect are answered");
        hole.Connecting.ShouldBeInRange(1, 4);
        node.Time.Advance(TimeSpan.FromSeconds(9));
        (await Task.WhenAll(thousand)).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task When_all_of_several_origins_are_black_holes_all_requests_end_in_502_and_each_costs_a_handful_of_connects()
    {
        using var one = new BlackHole();
        using var two = new BlackHole();
        await using var node = await TestNode.StartAsync(one.Address, two.Address);
        var thousand = Enumerable.Range(0, 1000).Select(_ => node.Client.GetAsync(node.Address)).ToArray();
        var most = 0;

        await Eventually.Holds(() => one.Connecting == 4 && two.Connecting == 4, "both are tried");
        await Eventually.Holds(() =>
        {
            most = Math.Max(most, Math.Max(one.Connecting, two.Connecting));
            node.Time.Advance(TimeSpan.FromSeconds(1));
            return thousand.All(answer => answer.IsCompleted);
        }, "all are answered");

        thousand.ShouldAllBe(answer => answer.Result.StatusCode == HttpStatusCode.BadGateway);
        most.ShouldBe(4);
        (await TimeoutsAsync(node, one)).ShouldBeInRange(2, 10);
        (await TimeoutsAsync(node, two)).ShouldBeInRange(2, 10);
    }

    [Fact]
    public async Task Connecting_does_not_count_as_time_to_answer()
    {
        using var hole = new BlackHole();
        var settings = TestNode.Settings(hole.Address);
        TestNode.Shop(settings)["Timeouts"] = new JsonObject { ["Connect"] = "00:00:09", ["ConnectAttempts"] = 1, ["Response"] = "00:00:01" };
        await using var node = await TestNode.StartAsync(settings);
        node.Time.StandStill();
        var answer = node.Client.GetAsync(node.Address);
        await Eventually.Holds(() => hole.Connecting == 1, "the node connects");

        node.Time.Advance(TimeSpan.FromSeconds(8));
        await Eventually.Holds(() => hole.Connecting == 1, "it still connects");
        node.Time.Advance(TimeSpan.FromSeconds(1));

        (await answer).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task An_origin_that_failed_is_set_aside_over_a_reload_probed_after_ten_seconds_and_taken_back()
    {
        using var hole = new BlackHole();
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(hole.Address, origin.Address);
        await using var node = await TestNode.StartAsync(settings);
        var first = node.Client.GetAsync(node.Address);
        await Eventually.Holds(() => hole.Connecting == 1, "the node connects");
        node.Time.Advance(TimeSpan.FromSeconds(9));
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await AvailableAsync(node, hole.Address)).ShouldBe(0);
        (await AvailableAsync(node, origin.Address)).ShouldBe(1);

        TestNode.Shop(settings)["Balancing"] = "LeastRequests";
        node.Write(settings);
        await Eventually.Holds(async () => await node.MetricAsync("filternode_config_reloads_total{result=\"success\"}") == 1, "the reload");
        (await Task.WhenAll(Twenty(node, node.Client))).ShouldAllBe(text => text == "hello");
        hole.Connecting.ShouldBe(0);

        node.Time.Advance(TimeSpan.FromSeconds(10));

        // A client of their own: the other may have opened a connection to spare, which the node closes now for it sent nothing.
        using var client = new HttpClient();
        var twenty = Twenty(node, client);
        await Eventually.Holds(() => twenty.Count(answer => answer.IsCompletedSuccessfully) == 19 && hole.Connecting == 1, "one probes, the others are answered");

        using var stop = new CancellationTokenSource();
        var awake = hole.WakeUpAsync(OkOnce, stop.Token);
        (await Task.WhenAll(twenty)).Count(text => text == "ok").ShouldBe(1);
        (await AvailableAsync(node, hole.Address)).ShouldBe(1);
        await stop.CancelAsync();
        await awake;
    }

    [Fact]
    public async Task A_client_that_leaves_while_the_node_connects_is_counted_as_aborted_and_harms_no_origin()
    {
        using var hole = new BlackHole();
        await using var node = await TestNode.StartAsync(hole.Address);
        using (var client = await RawClient.ConnectAsync(node.Address))
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            await Eventually.Holds(() => hole.Connecting == 1, "the node connects");
        }

        await Eventually.Holds(async () => await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}") == 1, "the abort is counted");
        await Eventually.Holds(() => hole.Connecting == 0 && node.Host.Door.Current.Services[0].Origins[0].Store.Gate.Running == 0, "nobody connects");
        (await AvailableAsync(node, hole.Address)).ShouldBe(1);
    }

    private static Task<string>[] Twenty(TestNode node, HttpClient client) => [.. Enumerable.Range(0, 20).Select(_ => client.GetStringAsync(node.Address))];

    private static Task<double> TimeoutsAsync(TestNode node, BlackHole hole) =>
        node.MetricAsync($"filternode_origin_failures_total{{service=\"shop\",origin=\"{hole.Address}\",reason=\"timeout\"}}");

    private static Task<double> AvailableAsync(TestNode node, string origin) =>
        node.MetricAsync($"filternode_origin_available{{service=\"shop\",origin=\"{origin}\"}}");
}
