using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class EarlyDropTests
{
    private const string Dropped = "filternode_connections_dropped_total{listener=\"127.0.0.1:0\",reason=\"blacklisted\"}";
    private const string Open = "filternode_connections{listener=\"127.0.0.1:0\"}";
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private const string GetAsBadBot = "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: BadBot\r\n\r\n";
    private const string Http2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    [Fact]
    public async Task A_blacklisted_client_is_reset_before_it_has_sent_a_byte()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin, blacklist: "127.0.0.2"));

        (await RawClient.IsResetAsync(node.Address, "127.0.0.2")).ShouldBeTrue();

        await node.ShouldComeToAsync(Dropped, 1);
        await node.ShouldComeToAsync("filternode_connections_total{listener=\"127.0.0.1:0\"}", 1);
        (await node.MetricAsync(Open)).ShouldBe(0);
        (await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"blacklisted\"}")).ShouldBe(0);
        (await AskAsync(node, "127.0.0.3", Get)).ShouldContain("hello");
    }

    [Fact]
    public async Task A_rule_that_could_still_save_the_client_keeps_it_off()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin, blacklist: "127.0.0.2", BlacklistRule, WhitelistRule);
        await using var node = await TestNode.StartAsync(settings);

        (await AskAsync(node, "127.0.0.2", "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: Tester\r\n\r\n")).ShouldContain("hello");

        (await node.MetricAsync(Dropped)).ShouldBe(0);
    }

    [Fact]
    public async Task It_is_switched_while_the_node_runs()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin, blacklist: "127.0.0.2");
        TestNode.Shop(settings)["EarlyDrop"] = "Off";
        await using var node = await TestNode.StartAsync(settings);
        (await AskAsync(node, "127.0.0.2", Get)).ShouldBe("");
        (await node.MetricAsync(Dropped)).ShouldBe(0);

        TestNode.Shop(settings)["EarlyDrop"] = "On";
        node.Write(settings);

        await Eventually.Holds(async () => await node.MetricAsync("filternode_config_reloads_total{result=\"success\"}") == 1, "the change is taken");
        (await RawClient.IsResetAsync(node.Address, "127.0.0.2")).ShouldBeTrue();
        await node.ShouldComeToAsync(Dropped, 1);
    }

    [Fact]
    public async Task A_trusted_proxy_is_never_refused_for_itself()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin, blacklist: "127.0.0.2");
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.2") };
        await using var node = await TestNode.StartAsync(settings);

        (await AskAsync(node, "127.0.0.2", "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n")).ShouldContain("hello");

        (await node.MetricAsync(Dropped)).ShouldBe(0);
    }

    [Fact]
    public async Task Idle_connections_of_a_client_that_becomes_blacklisted_are_reset_and_no_others()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin, blacklist: null, BlacklistRule));
        using var silent = await RawClient.ConnectAsync(node.Address, "127.0.0.2");
        using var keptAlive = await RawClient.ConnectAsync(node.Address, "127.0.0.2");
        using var http2 = await RawClient.ConnectAsync(node.Address, "127.0.0.2");
        using var other = await RawClient.ConnectAsync(node.Address, "127.0.0.3");
        await http2.SendAsync(Http2Preface);
        await http2.SendAsync(Http2Frames.Settings);
        await http2.SendAsync(Http2Frames.Get(stream: 1, authority: "x"));
        await http2.ReadUntilAsync("hello");
        await keptAlive.SendAsync(GetAsBadBot);
        (await keptAlive.ReadUntilAsync("hello")).ShouldStartWith("HTTP/1.1 200");

        (await silent.ReadToEndAsync()).ShouldBe(("", true));
        (await keptAlive.ReadToEndAsync()).Reset.ShouldBeTrue();
        (await http2.ReadToEndAsync()).Reset.ShouldBeTrue();

        await node.ShouldComeToAsync(Dropped, 3);
        await Eventually.Holds(async () => await node.MetricAsync(Open) == 1, "one connection is left");
        await other.SendAsync(Get);
        (await other.ReadUntilAsync("hello")).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task A_request_in_progress_is_answered_before_its_connection_ends()
    {
        var answer = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            if (context.Request.Path == "/slow")
            {
                await answer.Task;
            }

            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "hello");
        });
        await using var node = await TestNode.StartAsync(Settings(origin, blacklist: null, BlacklistRule));
        using var slow = await RawClient.ConnectAsync(node.Address, "127.0.0.2");
        using var idle = await RawClient.ConnectAsync(node.Address, "127.0.0.2");
        await slow.SendAsync("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
        await Eventually.Holds(() => origin.Requests == 1, "the slow request is at the origin");
        (await AskAsync(node, "127.0.0.2", GetAsBadBot)).ShouldContain("hello");

        // When the idle one is gone, the one with a request has been looked at as often.
        (await idle.ReadToEndAsync()).Reset.ShouldBeTrue();
        answer.SetResult();

        (await slow.ReadUntilAsync("hello")).ShouldStartWith("HTTP/1.1 200");
        (await slow.ReadToEndAsync()).Reset.ShouldBeTrue();
    }

    private static JsonNode BlacklistRule => JsonNode.Parse("""{ "Id": "bad", "Header": "User-Agent", "Test": "Contains", "Value": "BadBot", "List": "Blacklist" }""")!;

    private static JsonNode WhitelistRule => JsonNode.Parse("""{ "Id": "good", "Header": "User-Agent", "Test": "Equals", "Value": "Tester", "List": "Whitelist" }""")!;

    private static JsonObject Settings(TestOrigin origin, string? blacklist, params JsonNode[] rules)
    {
        var settings = TestNode.Settings(origin.Address);
        var shop = TestNode.Shop(settings);
        shop.Remove("EarlyDrop");
        shop["Blacklist"] = blacklist is null ? [] : new JsonArray(blacklist);
        shop["HeaderFilter"] = new JsonObject { ["Rules"] = new JsonArray(rules) };
        return settings;
    }

    private static async Task<string> AskAsync(TestNode node, string from, string request)
    {
        using var client = await RawClient.ConnectAsync(node.Address, from);
        await client.SendAsync(request.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
        return (await client.ReadToEndAsync()).Text;
    }
}
