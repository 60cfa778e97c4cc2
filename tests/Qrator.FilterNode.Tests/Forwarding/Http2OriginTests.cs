using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding;

public sealed class Http2OriginTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Clients_of_both_versions_are_served_and_the_target_and_the_headers_get_there_as_sent(string version)
    {
        await using var origin = await StartAsync(context => context.Response.WriteAsync(
            $"{context.Request.Protocol} {context.Request.Host} {context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget} {context.Request.Headers["X-Forwarded-For"]}"));
        await using var node = await TestNode.StartAsync(Settings(origin.Address));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, "/a%2Fb?c=%20"))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { Host = "shop.example" },
        };

        using var response = await node.Client.SendAsync(request);

        (await response.Content.ReadAsStringAsync()).ShouldBe("HTTP/2 shop.example /a%2Fb?c=%20 127.0.0.1");
    }

    [Fact]
    public async Task Many_requests_at_once_share_connections_and_all_are_answered()
    {
        var connections = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        await using var origin = await StartAsync(async context =>
        {
            connections[context.Connection.Id] = true;
            await context.Request.Body.CopyToAsync(context.Response.Body);
        });
        await using var node = await TestNode.StartAsync(Settings(origin.Address));

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            using var content = new StringContent($"{i}");
            using var response = await node.Client.PostAsync(node.Address, content);
            return await response.Content.ReadAsStringAsync();
        }));

        answers.ShouldBe(Enumerable.Range(0, 300).Select(i => $"{i}"));
        connections.Count.ShouldBeLessThan(30);
    }

    [Fact]
    public async Task The_protocol_can_be_changed_while_running()
    {
        await using var origin = await TestOrigin.StartAsync(
            context => context.Response.WriteAsync(context.Request.Protocol),
            options =>
            {
                options.Protocols = HttpProtocols.Http1AndHttp2;
                Microsoft.AspNetCore.Hosting.ListenOptionsHttpsExtensions.UseHttps(options, TestCertificate.For("shop.example"));
            });
        await using var node = await TestNode.StartAsync(Settings($"https://{origin.Address}", "Http1"));
        (await node.Client.GetStringAsync(node.Address)).ShouldBe("HTTP/1.1");

        node.Write(Settings($"https://{origin.Address}", "Http2"));
        await Eventually.Holds(async () => await node.Client.GetStringAsync(node.Address) == "HTTP/2", "HTTP/2 is spoken");
        node.Write(Settings($"https://{origin.Address}", "Http1"));
        await Eventually.Holds(async () => await node.Client.GetStringAsync(node.Address) == "HTTP/1.1", "HTTP/1.1 is spoken");
    }

    [Fact]
    public async Task An_origin_that_agrees_on_HTTP1_alone_is_502_with_the_reason_tls()
    {
        using var certificate = TestCertificate.For("shop.example");
        await using var origin = new TlsOrigin(certificate);
        await using var node = await TestNode.StartAsync(Settings(origin.Address));

        (await node.Client.GetAsync(node.Address)).StatusCode.ShouldBe(HttpStatusCode.BadGateway);

        await node.ShouldComeToAsync($"filternode_origin_failures_total{{service=\"shop\",origin=\"{origin.Address}\",reason=\"tls\"}}", 2);
    }

    [Fact]
    public async Task An_origin_that_answers_in_HTTP1_is_502()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin.Address));

        (await node.Client.GetAsync(node.Address)).StatusCode.ShouldBe(HttpStatusCode.BadGateway);

        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_error\"}", 1);
        node.Log.Lines.ShouldNotContain(line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_passes_over_an_origin_that_refuses_to_the_next()
    {
        await using var origin = await StartAsync(context => context.Response.WriteAsync("hello"));
        await using var node = await TestNode.StartAsync(Settings(["127.0.0.1:1", origin.Address]));

        for (var i = 0; i < 10; i++)
        {
            (await node.Client.GetStringAsync(node.Address)).ShouldBe("hello");
        }

        (await node.MetricAsync("filternode_origin_available{service=\"shop\",origin=\"127.0.0.1:1\"}")).ShouldBe(0);
    }

    [Fact]
    public async Task Requests_that_wait_for_an_origin_that_stalls_share_the_fate_of_its_connect()
    {
        // The handshake never comes to an end.
        await using var origin = new RawOrigin(async (stream, _) => await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false));
        await using var node = await TestNode.StartAsync(Settings($"https://{origin.Address}"));
        var answers = Enumerable.Range(0, 100).Select(_ => node.Client.GetAsync(node.Address)).ToList();
        var store = node.Host.Door.Current.Services[0].Origins[0].Store;
        await Eventually.Holds(() => store.Gate.Running == 1, "the first attempt");

        // Two attempts of 9 s for all of them; one after the other they would take half an hour.
        var lead = TimeSpan.Zero;
        await Eventually.Holds(() =>
        {
            node.Time.Advance(TimeSpan.FromMilliseconds(500));
            lead += TimeSpan.FromMilliseconds(500);
            return answers.TrueForAll(answer => answer.IsCompleted);
        }, "all are answered");

        (await Task.WhenAll(answers)).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.BadGateway);
        lead.ShouldBeLessThan(TimeSpan.FromMinutes(10));
        (await node.MetricAsync($"filternode_origin_failures_total{{service=\"shop\",origin=\"https://{origin.Address}\",reason=\"timeout\"}}")).ShouldBeLessThan(20);
    }

    [Fact]
    public async Task A_WebSocket_passes()
    {
        await using var origin = await StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        });
        await using var node = await TestNode.StartAsync(Settings(origin.Address));
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws" }.Uri, CancellationToken.None);

        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var answer = new byte[100];
        var read = await client.ReceiveAsync(answer, CancellationToken.None);

        answer[..read.Count].ShouldBe("hello"u8.ToArray());
    }

    private static Task<TestOrigin> StartAsync(RequestDelegate answer) => TestOrigin.StartAsync(answer, static options => options.Protocols = HttpProtocols.Http2);

    private static JsonObject Settings(string origin, string protocol = "Http2") => Settings([origin], protocol);

    private static JsonObject Settings(IReadOnlyList<string> origins, string protocol = "Http2")
    {
        var settings = TestNode.Settings(origins);
        TestNode.Shop(settings)["OriginProtocol"] = protocol;
        TestNode.Shop(settings)["OriginTls"] = new JsonObject { ["VerifyCertificate"] = false };
        return settings;
    }
}
