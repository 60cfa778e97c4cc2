using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

/// <summary>The bytes of requests and responses are counted, each once, for their service and by what became of them.</summary>
public sealed class TrafficTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private const string Received = "filternode_received_bytes_total{service=\"shop\",traffic=\"passed\"}";
    private const string Sent = "filternode_sent_bytes_total{service=\"shop\",traffic=\"passed\"}";
    private const string ReceivedDropped = "filternode_received_bytes_total{service=\"shop\",traffic=\"dropped\"}";
    private const string SentDropped = "filternode_sent_bytes_total{service=\"shop\",traffic=\"dropped\"}";
    private const string ReceivedOfNobody = "filternode_received_bytes_total{service=\"-\",traffic=\"dropped\"}";
    private const string SentToNobody = "filternode_sent_bytes_total{service=\"-\",traffic=\"dropped\"}";

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("HEAD /a/b?c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 11\r\n\r\nhello world")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: 1\r\n\r\n")]
    public async Task Every_byte_of_an_exchange_is_counted_head_body_and_framing(string request)
    {
        await using var origin = await TestOrigin.StartAsync(EchoAsync);
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync(request);
        var (response, _) = await client.ReadToEndAsync();

        response.ShouldStartWith("HTTP/1.1 200");
        await node.ShouldComeToAsync(Received, request.Length);
        await node.ShouldComeToAsync(Sent, response.Length);
        (await node.MetricAsync(ReceivedDropped)).ShouldBe(0);
        (await node.MetricAsync(ReceivedOfNobody)).ShouldBe(0);
    }

    [Fact]
    public async Task Bytes_of_an_open_connection_show_within_a_moment_and_are_counted_once()
    {
        await using var origin = await TestOrigin.StartAsync(EchoAsync);
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Get + Get + Get);
        await client.ReadTimesAsync("\r\n\r\n", 3);

        await node.ShouldComeToAsync(Received, 3 * Get.Length);

        await client.SendAsync(Get.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
        await client.ReadToEndAsync();
        await node.ShouldComeToAsync(Received, (4 * Get.Length) + "Connection: close\r\n".Length);
    }

    [Fact]
    public async Task A_client_that_is_dropped_costs_the_bytes_of_its_head_and_gets_none()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(AdminApi.Settings(origin.Address, """ "Blacklist": ["127.0.0.0/8"] """));
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync(Get);
        (await client.ReadToEndAsync()).ShouldBe(("", true));

        await node.ShouldComeToAsync(ReceivedDropped, Get.Length);
        (await node.MetricAsync(SentDropped)).ShouldBe(0);
        (await node.MetricAsync(Received)).ShouldBe(0);
    }

    [Fact]
    public async Task A_service_gets_the_bytes_of_its_own_requests_on_a_connection_that_ends_in_a_drop()
    {
        await using var origin = await TestOrigin.StartAsync(EchoAsync);
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["Hosts"] = new System.Text.Json.Nodes.JsonArray("shop.example");
        await using var node = await TestNode.StartAsync(settings);
        using var client = await RawClient.ConnectAsync(node.Address);
        const string Shop = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";
        const string Other = "GET / HTTP/1.1\r\nHost: other.example\r\n\r\n";

        await client.SendAsync(Shop);
        var answer = await client.ReadUntilAsync("\r\n\r\n");
        await client.SendAsync(Other);
        await client.ReadToEndAsync();

        await node.ShouldComeToAsync(ReceivedOfNobody, Other.Length);
        await node.ShouldComeToAsync(Received, Shop.Length);
        await node.ShouldComeToAsync(Sent, answer.Length);
        (await node.MetricAsync(SentToNobody)).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_no_HTTP_belongs_to_no_service_and_so_does_its_answer()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        using var client = await RawClient.ConnectAsync(node.Address);
        const string Bad = "GET / HTTP/1.1\r\nHost : x\r\n\r\n";

        await client.SendAsync(Bad);
        var (answer, _) = await client.ReadToEndAsync();

        answer.ShouldStartWith("HTTP/1.1 400");
        await node.ShouldComeToAsync(SentToNobody, answer.Length);
        (await node.MetricAsync(ReceivedOfNobody)).ShouldBeInRange(1, Bad.Length);
    }

    [Fact]
    public async Task A_long_answer_shows_while_it_runs()
    {
        const int Piece = 100_000;
        var rest = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync(new byte[Piece]);
            await rest.Task;
            await context.Response.Body.WriteAsync(new byte[Piece]);
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Get.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
        var reading = client.CountToEndAsync();

        await Eventually.Holds(async () => await node.MetricAsync(Sent) > Piece, "the first piece is counted");
        (await node.MetricAsync(Sent)).ShouldBeLessThan(2 * Piece);
        rest.SetResult();

        await node.ShouldComeToAsync(Sent, await reading);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_WebSocket_shows_while_it_is_open(string version)
    {
        const int Length = 50_000;
        await using var origin = await TestOrigin.StartAsync(EchoAsync);
        await using var node = await TestNode.StartAsync(origin.Address);
        using var socket = new ClientWebSocket { Options = { HttpVersion = new Version(version), HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact } };
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws" }.Uri, invoker, CancellationToken.None);

        await socket.SendAsync(new byte[Length], WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

        await Eventually.Holds(async () => await node.MetricAsync(Received) > Length, "the message is counted");
        await Eventually.Holds(async () => await node.MetricAsync(Sent) > Length, "so is the answer");
        (await node.MetricAsync(Received)).ShouldBeLessThan(Length + 2_000);
        (await node.MetricAsync(Sent)).ShouldBeLessThan(Length + 2_000);
        socket.Abort();
    }

    [Fact]
    public async Task On_HTTP2_the_bodies_are_counted_and_little_more()
    {
        const int Length = 200_000;
        await using var origin = await TestOrigin.StartAsync(EchoAsync);
        await using var node = await TestNode.StartAsync(origin.Address);

        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, node.Address)
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(new byte[Length]),
            };
            using var response = await node.Client.SendAsync(request);
            (await response.Content.ReadAsByteArrayAsync()).Length.ShouldBe(Length);
        }

        // 24 bytes of preface, nine bytes a frame, settings and window updates.
        await Eventually.Holds(async () => await node.MetricAsync(Received) >= 2 * Length && await node.MetricAsync(Sent) >= 2 * Length, "both are counted");
        (await node.MetricAsync(Received)).ShouldBeLessThan((2 * Length) + 4_000);
        (await node.MetricAsync(Sent)).ShouldBeLessThan((2 * Length) + 4_000);
    }

    [Fact]
    public async Task On_HTTP2_a_drop_is_counted_as_one()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(AdminApi.Settings(origin.Address, """ "Blacklist": ["127.0.0.0/8"] """));
        using var client = await RawClient.ConnectAsync(node.Address);
        byte[] sent = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Http2Frames.Settings, .. Http2Frames.Get(1, "x")];

        await client.SendAsync(sent);
        await client.ReadToEndAsync();

        await node.ShouldComeToAsync(ReceivedDropped, sent.Length);
        (await node.MetricAsync(Received)).ShouldBe(0);
    }

    [Fact]
    public async Task Behind_TLS_the_bytes_of_HTTP_are_counted()
    {
        await using var origin = await TestOrigin.StartAsync(EchoAsync);
        var authority = new TestAuthority();
        using var certificate = authority.Issue("shop.example");
        await using var node = await TestNode.StartAsync(TlsNode.Settings(origin.Address), folder => TlsNode.Write(folder, "shop", certificate, authority));
        const string Request = "GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n";
        await using var stream = await TlsNode.HandshakeAsync(node.Address, "shop.example");

        await stream.WriteAsync(Encoding.ASCII.GetBytes(Request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var response = await reader.ReadToEndAsync();

        await node.ShouldComeToAsync(Received, Request.Length);
        await node.ShouldComeToAsync(Sent, response.Length);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[4_096];
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer, context.RequestAborted);
                await socket.SendAsync(buffer.AsMemory(0, read.Count), WebSocketMessageType.Binary, read.EndOfMessage, context.RequestAborted);
            }
        }

        await context.Request.Body.CopyToAsync(context.Response.Body);
    }
}
