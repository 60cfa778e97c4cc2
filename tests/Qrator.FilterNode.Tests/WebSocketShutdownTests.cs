using System.Net.WebSockets;
using System.Text;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class WebSocketShutdownTests
{
    private const string Upgrade = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private const string Accepted = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    private const string GoingAway = "\u0088\u0002\u0003\u00E9";
    private const string MaskedGoingAway = "\u0088\u0082\0\0\0\0\u0003\u00E9";

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task When_the_node_stops_both_sides_of_a_WebSocket_hear_1001(string version)
    {
        var originHeard = new TaskCompletionSource<WebSocketCloseStatus?>();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            await socket.ReceiveAsync(new byte[16], CancellationToken.None);
            originHeard.SetResult(socket.CloseStatus);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        });
        await using var node = await StartAsync(origin.Address);
        using var socket = new ClientWebSocket { Options = { HttpVersion = new Version(version), HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact } };
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws" }.Uri, invoker, CancellationToken.None);
        var buffer = new byte[16];
        (await socket.ReceiveAsync(buffer, CancellationToken.None)).Count.ShouldBe(5);

        var exit = node.TerminateAsync();

        (await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType.ShouldBe(WebSocketMessageType.Close);
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.EndpointUnavailable);
        await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, CancellationToken.None);
        (await originHeard.Task).ShouldBe(WebSocketCloseStatus.EndpointUnavailable);
        (await exit).ShouldBe(0);
    }

    [Fact]
    public async Task A_frame_under_way_is_finished_first_and_nothing_comes_after_the_close_frame()
    {
        var rest = new TaskCompletionSource();
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(Accepted + "\u0081\u0005he"));
            await rest.Task;
            await stream.WriteAsync(Encoding.Latin1.GetBytes("llo\u0081\u0005later"));
            await stream.ReadExactlyAsync(new byte[MaskedGoingAway.Length]);
        });
        await using var node = await StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Upgrade);
        (await client.ReadUntilAsync("\u0081\u0005he")).ShouldStartWith("HTTP/1.1 101");

        var exit = node.TerminateAsync();
        await Eventually.Holds(() => RawClient.IsRefusedAsync(node.Address), "nothing listens any more");
        rest.SetResult();

        (await client.ReadUntilAsync(GoingAway)).ShouldBe("llo" + GoingAway);
        await client.SendAsync(MaskedGoingAway);
        (await client.ReadToEndAsync()).Text.ShouldBe("");
        (await exit).ShouldBe(0);
    }

    [Fact]
    public async Task A_WebSocket_that_the_origin_has_ended_gets_no_second_close_frame()
    {
        const string originsClose = "\u0088\u0002\u0003\u00E8";
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(Accepted + originsClose));
            await stream.ReadExactlyAsync(new byte[MaskedGoingAway.Length]);
        });
        await using var node = await StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Upgrade);
        await client.ReadUntilAsync(originsClose);

        var exit = node.TerminateAsync();
        await Eventually.Holds(() => RawClient.IsRefusedAsync(node.Address), "nothing listens any more");
        await client.SendAsync(MaskedGoingAway);

        (await client.ReadToEndAsync()).Text.ShouldBe("");
        (await exit).ShouldBe(0);
    }

    /// <summary>Without waiting for another node to take over, so that Kestrel begins to stop at once.</summary>
    private static Task<NodeProcess> StartAsync(string origin)
    {
        var settings = TestNode.Settings(origin);
        settings["FilterNode"]!["Shutdown"] = new System.Text.Json.Nodes.JsonObject { ["Handover"] = "00:00:00" };
        return NodeProcess.StartAsync(settings);
    }
}
