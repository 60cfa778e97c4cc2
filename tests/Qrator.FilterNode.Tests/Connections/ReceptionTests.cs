using System.Net.Sockets;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Connections;

/// <summary>Connections before, and without, Kestrel.</summary>
public sealed class ReceptionTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    private const string ProxyHeader = "PROXY TCP4 192.0.2.1 203.0.113.7 56324 80\r\n";

    // No plain requests.
    private const string Escaped = "GET /a%20b HTTP/1.1\r\nHost: shop.example\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 2\r\n\r\nab";

    [Fact]
    public async Task Kestrel_hears_of_a_connection_when_it_has_a_request_that_is_not_plain_and_not_before()
    {
        await using var origin = new ScriptedOrigin(OriginScript.Echo);
        await using var node = await TestNode.StartAsync(origin.Address);
        await using var client = await WireClient.ConnectAsync(node.Address);
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(Get);
            (await client.ReadResponseAsync("GET")).Head.ShouldStartWith("HTTP/1.1 200");
        }

        (await node.MetricAsync("kestrel_active_connections")).ShouldBe(0);
        foreach (var request in new[] { Escaped, Get, Post, Get })
        {
            await client.SendAsync(request);
            (await client.ReadResponseAsync("GET")).Head.ShouldStartWith("HTTP/1.1 200");
            (await node.MetricAsync("kestrel_active_connections")).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_cut_after_ten_seconds_and_one_that_speaks_in_time_is_not()
    {
        await using var origin = new ScriptedOrigin(OriginScript.Echo);
        await using var node = await TestNode.StartAsync(origin.Address);
        await using var silent = await WireClient.ConnectAsync(node.Address);
        await using var served = await WireClient.ConnectAsync(node.Address);
        await served.SendAsync(Get);
        (await served.ReadResponseAsync("GET")).Head.ShouldStartWith("HTTP/1.1 200");
        await node.ShouldComeToAsync("filternode_connections{listener=\"127.0.0.1:0\"}", 2);

        node.Time.Advance(TimeSpan.FromSeconds(9));
        (await node.MetricAsync("filternode_connections{listener=\"127.0.0.1:0\"}")).ShouldBe(2);
        var cut = silent.ReadToEndAsync();
        for (var i = 0; i < 5; i++)
        {
            node.Time.Advance(TimeSpan.FromMilliseconds(300));
        }

        (await cut).ShouldBe(("", true));
        await served.SendAsync(Get);
        (await served.ReadResponseAsync("GET")).Head.ShouldStartWith("HTTP/1.1 200");
    }

    [Theory]
    [InlineData(Get)]
    [InlineData(Escaped)]
    [InlineData(Post)]
    public async Task A_whole_request_that_comes_when_the_node_has_begun_to_stop_is_answered_whoever_does_it(string request)
    {
        await using var origin = new ScriptedOrigin(OriginScript.Echo);
        await using var node = await TestNode.StartAsync(BehindProxy(origin));
        using var early = await RawClient.ConnectAsync(node.Address);
        await node.ShouldComeToAsync("filternode_connections{listener=\"127.0.0.1:0\"}", 1);
        using var idle = await RawClient.ConnectAsync(node.Address);
        await idle.SendAsync(ProxyHeader + Get);
        await idle.ReadUntilAsync("\r\n\r\n");

        // Told in the order in which they came.
        var stopped = node.Host.StopAsync(CancellationToken.None);
        await idle.ReadToEndAsync();
        await early.SendAsync(ProxyHeader + request);

        var (text, reset) = await early.ReadToEndAsync();
        text.ShouldStartWith("HTTP/1.1 200");
        text.ShouldContain("Connection: close");
        reset.ShouldBeFalse();
        await stopped;
    }

    [Fact]
    public async Task The_node_stops_in_the_middle_of_a_proxy_header_and_of_a_preface_and_before_a_first_byte()
    {
        await using var origin = new ScriptedOrigin(OriginScript.Echo);
        await using var node = await TestNode.StartAsync(BehindProxy(origin));
        using var silent = await RawClient.ConnectAsync(node.Address);
        using var header = await RawClient.ConnectAsync(node.Address);
        await header.SendAsync(ProxyHeader[..9]);
        using var greeted = await RawClient.ConnectAsync(node.Address);
        await greeted.SendAsync(ProxyHeader);
        using var preface = await RawClient.ConnectAsync(node.Address);
        await preface.SendAsync(ProxyHeader + "PRI * HT");
        await node.ShouldComeToAsync("filternode_connections{listener=\"127.0.0.1:0\"}", 4);

        var stopped = node.Host.StopAsync(CancellationToken.None);
        foreach (var client in new[] { greeted, preface })
        {
            (await client.ReadToEndAsync()).ShouldBe(("", false));
        }

        await Eventually.Holds(
            () =>
            {
                node.Time.Advance(TimeSpan.FromSeconds(3));
                return stopped.IsCompleted;
            },
            "the patience with the headers ends");
        (await silent.ReadToEndAsync()).ShouldBe(("", true));
        (await header.ReadToEndAsync()).ShouldBe(("", true));
        node.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Of_connections_that_come_and_go_in_any_way_none_keeps_its_slot(int seed)
    {
        const int atOnce = 10;
        await using var origin = new ScriptedOrigin(OriginScript.Echo);
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Limits"] = new JsonObject { ["Connections"] = 2 * atOnce };
        await using var node = await TestNode.StartAsync(settings);
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, atOnce).Select(i => ComeAndGoAsync(node.Address, new(HashCode.Combine(seed, round, i)))));

            // A client that has left may hold its slot for a moment.
            await node.ShouldComeToAsync("filternode_connections{listener=\"127.0.0.1:0\"}", 0);
        }

        (await node.MetricAsync("filternode_connections_dropped_total{listener=\"127.0.0.1:0\",reason=\"over_limit\"}")).ShouldBe(0);
        await using var last = await WireClient.ConnectAsync(node.Address);
        await last.SendAsync(Get);
        (await last.ReadResponseAsync("GET")).Head.ShouldStartWith("HTTP/1.1 200");
        node.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static JsonObject BehindProxy(ScriptedOrigin origin)
    {
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Listeners"]![0]!["ProxyProtocol"] = true;
        settings["FilterNode"]!["Listeners"]![0]!["TrustedPeers"] = new JsonArray("127.0.0.0/24");
        return settings;
    }

    private static async Task ComeAndGoAsync(Uri address, Random random)
    {
        using var client = await RawClient.ConnectAsync(address);
        try
        {
            for (var i = random.Next(4); i > 0; i--)
            {
                var request = random.Next(3) switch { 0 => Escaped, 1 => Post, _ => Get };
                var isWhole = random.Next(4) > 0;
                await client.SendAsync(isWhole ? request : request[..random.Next(request.Length)]);
                if (!isWhole)
                {
                    break;
                }

                if (random.Next(2) == 0)
                {
                    await client.ReadUntilAsync("\r\n\r\n");
                }
            }

            if (random.Next(2) == 0)
            {
                client.Reset();
            }
        }
        catch (SocketException)
        {
            // What was cut before was no good request either.
            return;
        }
    }
}
