using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding.Plain;

/// <summary>A connection lives, ends and is counted the same, whether the requests on it are plain or not.</summary>
public sealed class PlainConnectionTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Requests_of_any_kind_follow_each_other_on_a_connection(int seed)
    {
        await using var ways = await TwoWays.StartAsync(OriginScript.Echo);
        var random = new RandomRequests(seed);
        var lengths = new Random(seed);
        for (var i = 0; i < 40; i++)
        {
            // A plain one first, so that what comes then has to be handed on.
            await ways.ShouldAnswerAlikeAsync([Get, .. Enumerable.Range(0, lengths.Next(1, 7)).Select(_ => random.Next())]);
        }

        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
        ways.ShouldHaveLoggedNothing();
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Over_TLS_nothing_is_different(int seed)
    {
        var authority = new TestAuthority();
        using var certificate = authority.Issue("shop.example");
        await using var ways = await TwoWays.StartAsync(
            OriginScript.Echo,
            address =>
            {
                var settings = TlsNode.Settings(address);
                TestNode.Shop(settings)["Hosts"] = new JsonArray("*");
                return settings;
            },
            folder => TlsNode.Write(folder, "shop", certificate, authority),
            "shop.example");
        var random = new RandomRequests(seed);

        (await ways.ShouldAnswerAlikeAsync(Get, Get)).ShouldContain("HTTP/1.1 200 OK");
        ways.Plain.Origin.Heads.ShouldBeEmpty();
        for (var i = 0; i < 40; i++)
        {
            await ways.ShouldAnswerAlikeAsync(random.Next(), random.Next());
        }

        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
        ways.ShouldHaveLoggedNothing();
    }

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 192.0.2.1 1000 80\r\n", "x-forwarded-for: 192.0.2.7\n")]
    [InlineData("PROXY TCP6 2001:db8::7 2001:db8::1 1000 80\r\n", "x-forwarded-for: 2001:db8::7\n")]
    [InlineData("PROXY UNKNOWN\r\n", "x-forwarded-for: 127.0.0.1\n")]
    public async Task Behind_the_PROXY_protocol_the_client_is_the_same(string preamble, string header)
    {
        await using var ways = await TwoWays.StartAsync(OriginScript.Echo, address =>
        {
            var settings = TestNode.Settings(address);
            settings["FilterNode"]!["Listeners"] = JsonNode.Parse("""[ { "Address": "127.0.0.1:0", "ProxyProtocol": true, "TrustedPeers": [ "127.0.0.0/8" ] } ]""");
            return settings;
        });
        ways.Plain.Preamble = ways.Other.Preamble = preamble;

        await ways.ShouldAgreeAsync(way => way.TalkAsync(Get, Get), preamble);

        var received = await ways.ShouldAgreeAsync(way => Task.FromResult(way.Received()), preamble);
        received.Split(header).Length.ShouldBe(4, received);
    }

    [Fact]
    public async Task Bytes_are_counted_as_they_were_received_and_sent()
    {
        await using var ways = await TwoWays.StartAsync(OriginScript.Echo);
        foreach (var way in ways.Both)
        {
            using var client = await RawClient.ConnectAsync(way.Node.Address);
            var request = way.Request(Request("/1")) + way.Request(Request("/22?x")) + way.Request(TwoWays.Last);
            await client.SendAsync(request);
            var (text, _) = await client.ReadToEndAsync();

            await way.Node.ShouldComeToAsync("filternode_received_bytes_total{service=\"shop\",traffic=\"passed\"}", request.Length);
            await way.Node.ShouldComeToAsync("filternode_sent_bytes_total{service=\"shop\",traffic=\"passed\"}", text.Length);
        }
    }

    [Fact]
    public async Task An_idle_connection_is_kept_for_more_than_a_minute()
    {
        await using var ways = await TwoWays.StartAsync(OriginScript.Echo);
        foreach (var way in ways.Both)
        {
            await using var client = await way.ConnectAsync();
            for (var i = 0; i < 3; i++)
            {
                await way.SendAsync(client, Get);
                (await client.ReadResponseAsync("GET")).Body.ShouldBe("/");
                way.Node.Time.Advance(TimeSpan.FromSeconds(70));
            }
        }

        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
    }

    [Fact]
    public async Task A_connection_that_waits_for_a_request_for_75_seconds_is_closed_in_order()
    {
        await using var ways = await TwoWays.StartAsync(OriginScript.Echo);
        var node = ways.Plain.Node;
        await using var client = await ways.Plain.ConnectAsync();
        await ways.Plain.SendAsync(client, Get);
        (await client.ReadResponseAsync("GET")).Body.ShouldBe("/");
        var since = node.Time.GetUtcNow();
        var end = client.ReadToEndAsync();
        await Eventually.Holds(
            () =>
            {
                node.Time.Advance(TimeSpan.FromSeconds(1));
                return end.IsCompleted;
            },
            "the connection is closed");

        (await end).ShouldBe(("", false));
        (node.Time.GetUtcNow() - since).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(75));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Connection: keep-alive\r\n")]
    [InlineData("Connection: keep-alive, keep-alive\r\n")]
    public async Task When_the_node_stops_idle_connections_end_in_order_and_requests_under_way_are_answered(string connection)
    {
        var answer = new TaskCompletionSource<OriginScript>();
        await using var origin = new ScriptedOrigin(head => head.StartsWith("GET /slow ", StringComparison.Ordinal) ? answer.Task : Task.FromResult(OriginScript.Echo(head)));
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Shutdown"] = new JsonObject { ["Grace"] = "00:00:30", ["Handover"] = "00:00:00" };
        await using var node = await NodeProcess.StartAsync(settings);
        await using var idle = await WireClient.ConnectAsync(node.Address);
        await using var busy = await WireClient.ConnectAsync(node.Address);
        await idle.SendAsync($"GET /1 HTTP/1.1\r\nHost: x\r\n{connection}\r\n");
        (await idle.ReadResponseAsync("GET")).Body.ShouldBe("/1");
        await busy.SendAsync($"GET /1 HTTP/1.1\r\nHost: x\r\n{connection}\r\n");
        (await busy.ReadResponseAsync("GET")).Body.ShouldBe("/1");
        await busy.SendAsync($"GET /slow HTTP/1.1\r\nHost: x\r\n{connection}\r\n");
        await Eventually.Holds(() => origin.Heads.Count == 3, "the request is at the origin");

        var exit = node.TerminateAsync();

        (await idle.ReadToEndAsync()).ShouldBe(("", false));
        await Eventually.Holds(() => RawClient.IsRefusedAsync(node.Address), "nothing listens any more");
        answer.SetResult(OriginScript.Ok);
        var last = await busy.ReadResponseAsync("GET");
        (last.Body, last.End).ShouldBe(("ok", WireEnd.Complete));
        (await busy.ReadToEndAsync()).ShouldBe(("", false));
        (await exit).ShouldBe(0);
    }

    private static string Request(string target) => $"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n";
}
