using System.Net.Security;
using System.Text;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding.Plain;

/// <summary>However a connection with plain requests ends, each of its requests is answered or counted, and nothing of it is logged.</summary>
public sealed class PlainEndTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    [Theory]
    [InlineData("")]
    [InlineData("Connection: keep-alive, keep-alive\r\n")]
    public async Task When_the_node_stops_a_request_under_way_whose_origin_fails_is_answered(string connection)
    {
        var answer = new TaskCompletionSource<OriginScript>();
        await using var origin = new ScriptedOrigin(_ => answer.Task);
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Shutdown"] = new JsonObject { ["Grace"] = "00:00:30", ["Handover"] = "00:00:00" };
        await using var node = await NodeProcess.StartAsync(settings);
        await using var client = await WireClient.ConnectAsync(node.Address);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: x\r\n{connection}\r\n");
        await Eventually.Holds(() => origin.Heads.Count == 1, "the request is at the origin");

        var exit = node.TerminateAsync();
        await Eventually.Holds(() => RawClient.IsRefusedAsync(node.Address), "nothing listens any more");
        answer.SetResult(OriginScript.Closing("nonsense\r\n\r\n"));

        var response = await client.ReadResponseAsync("GET");
        response.Head.ShouldStartWith("HTTP/1.1 502 ");
        response.Head.ShouldContain("Connection: close");
        (await client.ReadToEndAsync()).ShouldBe(("", false));
        (await exit).ShouldBe(0);
    }

    [Theory]
    [InlineData("\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\u0017\u0003\u0003\0\u0010garbagegarbage!!")]
    [InlineData("\u0016\u0003\u0003\0\u0010garbagegarbage!!")]
    [InlineData("\u0015\u0003\u0003\0\u0002\u0002\u0028")]
    [InlineData("\u0017\u0003\u0003\u00ff\u00ff")]
    [InlineData("\u0099\u0003\u0003\0\u0002ab")]
    public async Task What_is_no_TLS_behind_a_request_ends_the_connection_and_is_never_logged(string garbage)
    {
        var authority = new TestAuthority();
        using var certificate = authority.Issue("shop.example");
        await using var origin = new ScriptedOrigin(OriginScript.Echo);
        await using var node = await TestNode.StartAsync(TlsNode.Settings(origin.Address), folder => TlsNode.Write(folder, "shop", certificate, authority));
        await using var socket = new System.Net.Sockets.NetworkStream(await ConnectAsync(node.Address), ownsSocket: true);
        await using var tls = new SslStream(socket, leaveInnerStreamOpen: true, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("shop.example");
        await tls.WriteAsync(Encoding.Latin1.GetBytes(Get));
        (await tls.ReadAsync(new byte[4096])).ShouldBeGreaterThan(0);

        await socket.WriteAsync(Encoding.Latin1.GetBytes(garbage));
        socket.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        // With the socket, which is closed when everything that could log is over.
        await ReadToEndAsync(socket).WaitAsync(TimeSpan.FromMinutes(1));
        node.Log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    public async Task A_client_that_ends_its_side_behind_a_request_is_served_or_left_alike(string request)
    {
        await using var ways = await TwoWays.StartAsync(OriginScript.Echo);
        await ways.ShouldAgreeAsync(async way =>
        {
            using var socket = await ConnectAsync(way.Node.Address);
            await socket.SendAsync(Encoding.Latin1.GetBytes(way.Request(request)));
            socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await Eventually.Holds(async () => await way.EndedAsync() == 1, "the request has ended");
            return "";
        }, request);
        ways.ShouldHaveLoggedNothing();
    }

    private static async Task ReadToEndAsync(Stream stream)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset ends it too.
            return;
        }
    }

    private static async Task<System.Net.Sockets.Socket> ConnectAsync(Uri address)
    {
        var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(System.Net.IPAddress.Parse(address.DnsSafeHost), address.Port);
        return socket;
    }
}
