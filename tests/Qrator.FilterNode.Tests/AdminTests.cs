using System.Net;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class AdminTests
{
    [Fact]
    public async Task The_metrics_pass_promtool_check_metrics()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address, "127.0.0.1:1");
        await node.Client.GetAsync(node.Address);
        await node.Client.GetAsync(node.Address);

        var (exit, output, errors) = await Command.RunAsync(".", await node.MetricsAsync(), "promtool", "check", "metrics");

        (output + errors).ShouldBe("");
        exit.ShouldBe(0);
    }

    [Fact]
    public async Task The_metrics_are_text_format_0_0_4()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        using var response = await node.Client.GetAsync(new Uri(node.AdminAddress, "metrics"));

        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
    }

    [Theory]
    [InlineData("healthz", "ok\n")]
    [InlineData("readyz", "ready\n")]
    public async Task Health_and_readiness_answer(string path, string text)
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        (await node.Client.GetStringAsync(new Uri(node.AdminAddress, path))).ShouldBe(text);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData("secret", HttpStatusCode.NotFound)]
    public async Task Everything_else_needs_a_token(string? token, HttpStatusCode answer)
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.AdminAddress, "request/service/nothing/more"));
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Qrator-Auth", token);
        }

        (await node.Client.SendAsync(request)).StatusCode.ShouldBe(answer);
    }

    [Fact]
    public async Task The_public_listener_does_not_have_what_the_admin_listener_has()
    {
        await using var origin = new RawOrigin("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using var node = await TestNode.StartAsync(origin.Address);

        (await node.Client.GetAsync(new Uri(node.Address, "metrics"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        origin.Heads.ShouldHaveSingleItem().ShouldStartWith("GET /metrics ");
    }

    [Fact]
    public async Task Hosts_and_agents_of_strangers_do_not_make_series()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        await AskAsync(node, "first.example");
        var before = await CountSeriesAsync(node);

        for (var i = 0; i < 100; i++)
        {
            await AskAsync(node, $"host{i}.example");
        }

        (await CountSeriesAsync(node)).ShouldBe(before);
    }

    [Fact]
    public async Task Connections_are_counted_and_those_over_the_limit_are_reset()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Limits"] = new System.Text.Json.Nodes.JsonObject { ["Connections"] = 2 };
        await using var node = await TestNode.StartAsync(settings);
        using var first = await RawClient.ConnectAsync(node.Address);
        using var second = await RawClient.ConnectAsync(node.Address);
        await Eventually.Holds(async () => await node.MetricAsync("filternode_connections{listener=\"127.0.0.1:0\"}") == 2, "two are open");

        using var third = await RawClient.ConnectAsync(node.Address);

        (await third.ReadToEndAsync()).ShouldBe(("", true));
        await node.ShouldComeToAsync("filternode_connections_dropped_total{listener=\"127.0.0.1:0\",reason=\"limit\"}", 1);
        first.Dispose();
        await Eventually.Holds(async () => await node.MetricAsync("filternode_connections{listener=\"127.0.0.1:0\"}") == 1, "one is gone");
        using var fourth = await RawClient.ConnectAsync(node.Address);
        await fourth.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        (await fourth.ReadUntilAsync("hello")).ShouldContain("hello");
    }

    private static async Task AskAsync(TestNode node, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, $"/{host}")) { Headers = { Host = host } };
        request.Headers.TryAddWithoutValidation("User-Agent", host);
        (await node.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<int> CountSeriesAsync(TestNode node) => (await node.MetricsAsync()).Split('\n').Length;
}
