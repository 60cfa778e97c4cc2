using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Hostile;

public sealed class LegitimateRequestTests
{
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";

    /// <summary>Requests that work everywhere, with the body that the origin gets.</summary>
    public static TheoryData<string, string> Requests => new()
    {
        { "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "" },
        { "GET / HTTP/1.0\r\n\r\n", "" },
        { "\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "" },
        { "GET /a?b=c%20d&[e]={f}|\"g\" HTTP/1.1\r\nHost: a:8080\r\nConnection: close\r\n\r\n", "" },
        { "GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "" },
        { "GET / HTTP/1.1\r\nhost:a\r\nConnection:close\r\nX-Empty:\r\nX-Tab: a\tb\r\nX-Spaces:   a   \r\nX-Text: \u00e9\u00ff\u0080\r\nx_y.z~!#$%&'*+-^`|1: odd name\r\n\r\n", "" },
        { "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: " + new string('c', 15_000) + "\r\nCookie: " + new string('d', 15_000) + "\r\n\r\n", "" },
        { "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + string.Concat(Enumerable.Range(0, 90).Select(i => $"X-{i}: {i}\r\n")) + "\r\n", "" },
        { Post + "Content-Length: 5\r\n\r\nhello", "hello" },
        { Post + "content-length:\t0005 \r\n\r\nhello", "hello" },
        { Post + "Content-Length: 0\r\n\r\n", "" },
        { Post + "Content-Length: 6\r\n\r\n\0\n\r\n\u0001!", "\0\n\r\n\u0001!" },
        { Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "hello" },
        { Post + "transfer-encoding:  Chunked \r\n\r\n05\r\nhello\r\n1\r\n\n\r\n00\r\n\r\n", "hello\n" },
        { Post + "Transfer-Encoding: chunked\r\n\r\n5;a=b;c=\"d \t e\";\u00e9\r\nhello\r\n0;last\r\n\r\n", "hello" },
        { Post + "Transfer-Encoding: chunked\r\nTrailer: X\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\nZ: \u00e9\t\r\n\r\n", "hello" },
        { Post + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello", "hello" },
        { "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", "hello" },
        { "PROPFIND / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "" },
        { "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task What_clients_may_send_passes_however_it_is_cut(string request, string body)
    {
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, System.Text.Encoding.Latin1);
            await context.Response.WriteAsync($"<{await reader.ReadToEndAsync()}>", System.Text.Encoding.Latin1);
        });
        await using var node = await TestNode.StartAsync(origin.Address);

        foreach (var pieces in new[] { request.Length, 7, 1 })
        {
            using var client = await RawClient.ConnectAsync(node.Address);
            await client.SendInPiecesAsync(request, Math.Max(pieces, request.Length / 2000));
            var (text, _) = await client.ReadToEndAsync();
            text.ShouldMatch("^HTTP/1.1 (100|200) ");
            text.ShouldContain($"<{body}>");
            text.ShouldNotContain(" 400 ");
        }

        (await node.BadRequestsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Sixty_kilobytes_of_cookies_pass()
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: " + new string('c', 61_440) + "\r\n\r\n");

        (await client.ReadToEndAsync()).Text.ShouldStartWith("HTTP/1.1 200 OK\r\n");
    }

    [Fact]
    public async Task A_hundred_requests_in_one_packet_are_answered_each()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        const string pair = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcPOST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";

        await client.SendAsync(string.Concat(Enumerable.Repeat(pair, 50)) + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        var (text, _) = await client.ReadToEndAsync();
        System.Text.RegularExpressions.Regex.Count(text, "HTTP/1.1 200 OK").ShouldBe(101);
        origin.Requests.ShouldBe(101);
    }

    [Fact]
    public async Task Behind_an_accepted_upgrade_any_bytes_pass()
    {
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[4096];
            WebSocketReceiveResult received;
            while ((received = await socket.ReceiveAsync(buffer, default)).MessageType != WebSocketMessageType.Close)
            {
                await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Binary, received.EndOfMessage, default);
            }
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(node.Address.ToString().Replace("http", "ws", StringComparison.Ordinal)), default);
        var message = System.Text.Encoding.Latin1.GetBytes("GET / HTTP/1.1\nX : \0\r\n\r\n");
        var buffer = new byte[4096];

        for (var i = 0; i < 100; i++)
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, true, default);
            var received = await socket.ReceiveAsync(buffer, default);
            buffer.AsSpan(0, received.Count).SequenceEqual(message).ShouldBeTrue();
        }

        (await node.BadRequestsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Behind_a_refused_upgrade_the_next_request_is_looked_at()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            + "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n");

        (await client.ReadToEndAsync()).Text.ShouldMatch("(?s)^HTTP/1.1 200 OK.*HTTP/1.1 400 Bad Request");
        origin.Requests.ShouldBe(1);
    }
}
