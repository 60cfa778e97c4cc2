using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding;

/// <summary>Transfers without end whose two sides are never waited for, beside connections that come new: each may land on the thread of any transfer.</summary>
public sealed class FairnessTests
{
    private const int Transfers = 4;
    private const int Visitors = 20;
    private const long Endless = 1L << 38;

    [Theory]
    [InlineData("/up")]
    [InlineData("/down")]
    public async Task WebSockets_that_never_wait_leave_their_threads_to_others(string direction)
    {
        using var origin = new BusyOrigin();
        await using var node = await NodeProcess.StartAsync(TestNode.Settings(origin.Address));

        await VisitAsync(
            node,
            $"GET {direction} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            direction == "/up" ? BusyOrigin.Pour : BusyOrigin.Swallow);
    }

    [Theory]
    [InlineData("/up")]
    [InlineData("/down")]
    public async Task Transfers_over_HTTP2_that_never_wait_leave_their_threads_to_others(string direction)
    {
        var piece = new byte[65_536];
        await using var origin = await TestOrigin.StartAsync(
            async context =>
            {
                if (context.Request.Path == "/")
                {
                    await context.Response.WriteAsync("hello");
                    return;
                }

                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await (context.Request.Path == "/down"
                        ? context.Response.Body.WriteAsync(piece)
                        : new ValueTask(context.Request.Body.ReadAsync(piece).AsTask()));
                }
            },
            static options => options.Protocols = HttpProtocols.Http2);
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Limits"]!["InFlightBodyBytes"] = Transfers * Endless;
        TestNode.Shop(settings)["InFlightBodyBytes"] = Transfers * Endless;
        TestNode.Shop(settings)["OriginProtocol"] = "Http2";
        await using var node = await NodeProcess.StartAsync(settings);

        // The upload has no answer before its end; that it is to continue tells that it has begun.
        await (direction == "/up"
            ? VisitAsync(node, $"POST /up HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {Endless}\r\n\r\n", BusyOrigin.Pour)
            : VisitAsync(node, "GET /down HTTP/1.1\r\nHost: x\r\n\r\n", BusyOrigin.Swallow));
    }

    private static async Task VisitAsync(NodeProcess node, string request, Action<Socket> transfer)
    {
        var sockets = new List<Socket>();
        for (var i = 0; i < Transfers; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, node.Address.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes(request));
            var begin = new byte[12];
            (await socket.ReceiveAsync(begin)).ShouldBe(begin.Length);
            Encoding.ASCII.GetString(begin).ShouldBeOneOf("HTTP/1.1 100", "HTTP/1.1 101", "HTTP/1.1 200");
            BusyOrigin.Run(() => transfer(socket));
        }

        for (var i = 0; i < Visitors; i++)
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(1) };
            (await client.GetStringAsync(node.Address)).ShouldBe("hello");
        }

        sockets.ForEach(socket => socket.Dispose());
    }
}
