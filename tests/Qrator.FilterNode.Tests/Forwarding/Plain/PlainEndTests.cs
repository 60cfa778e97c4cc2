using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Hostile;

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
        await using var socket = new NetworkStream(await ConnectAsync(node.Address), ownsSocket: true);
        await using var tls = new SslStream(socket, leaveInnerStreamOpen: true, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("shop.example");
        await tls.WriteAsync(Encoding.Latin1.GetBytes(Get));
        (await tls.ReadAsync(new byte[4096])).ShouldBeGreaterThan(0);

        await socket.WriteAsync(Encoding.Latin1.GetBytes(garbage));
        socket.Socket.Shutdown(SocketShutdown.Send);

        // With the socket, which is closed when everything that could log is over.
        await ReadToEndAsync(socket).WaitAsync(TimeSpan.FromMinutes(1));
        node.Log.Lines.Where(IsTrouble).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_waits_for_its_next_request_for_too_long_ends_in_order(bool isSecure)
    {
        var authority = new TestAuthority();
        using var certificate = authority.Issue("shop.example");
        await using var origin = new ScriptedOrigin(OriginScript.Echo);
        await using var node = isSecure
            ? await TestNode.StartAsync(TlsNode.Settings(origin.Address), folder => TlsNode.Write(folder, "shop", certificate, authority))
            : await TestNode.StartAsync(origin.Address);
        await using var client = await WireClient.ConnectAsync(node.Address, isSecure ? "shop.example" : null);
        await client.SendAsync(Get);
        (await client.ReadResponseAsync("GET")).Body.ShouldBe("/");

        var end = client.ReadToEndAsync();
        await Eventually.Holds(
            () =>
            {
                node.Time.Advance(TimeSpan.FromSeconds(5));
                return end.IsCompleted;
            },
            "it ends");

        (await end).ShouldBe(("", false));
        node.Log.Lines.Where(IsTrouble).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET /page HTTP/1.1\r\nHost: shop.example\r\n\r\n")]
    [InlineData("GET /%70age HTTP/1.1\r\nHost: shop.example\r\n\r\n")]
    [InlineData("POST /page HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 5\r\n\r\nwhole")]
    [InlineData("POST /page HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 50\r\n\r\nhalf")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0\0\0\u000b\u0001\u0005\0\0\0\u0001\u0082\u0084\u0086\u0041\u0006a.test")]
    public async Task A_request_that_its_client_ends_its_side_right_behind_is_judged_and_counted_once(string request)
    {
        const int Clients = 50;
        await using var origin = new ScriptedOrigin(OriginScript.Echo);
        await using var node = await TestNode.StartAsync(origin.Address);
        var ends = new List<Task>();
        for (var i = 0; i < Clients; i++)
        {
            var socket = new NetworkStream(await ConnectAsync(node.Address), ownsSocket: true);
            await socket.WriteAsync(Encoding.Latin1.GetBytes(request));
            socket.Socket.Shutdown(SocketShutdown.Send);
            ends.Add(ReadToEndAsync(socket));
        }

        await Task.WhenAll(ends).WaitAsync(TimeSpan.FromMinutes(1));
        await node.ShouldComeToAsync("filternode_connections{listener=\"127.0.0.1:0\"}", 0);
        (await node.RequestsAsync()).ShouldBe(Clients);
        node.Log.Lines.Where(IsTrouble).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_whose_requests_have_ended_is_not_taken_for_one_with_many_at_once()
    {
        await using var origin = new ScriptedOrigin(OriginScript.Echo);
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["Behavior"] = JsonNode.Parse("""{ "Mode": "On", "Limits": { "Concurrent": 2 } }""");
        await using var node = await TestNode.StartAsync(settings);
        await using var client = await WireClient.ConnectAsync(node.Address);
        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync(Get);
            (await client.ReadResponseAsync("GET")).Body.ShouldBe("/");
        }
    }

    [Fact]
    public async Task A_plain_request_reaches_the_origin_as_its_client_wrote_it()
    {
        await using var origin = new ScriptedOrigin(OriginScript.Echo);
        await using var node = await TestNode.StartAsync(origin.Address);
        await using var client = await WireClient.ConnectAsync(node.Address);
        await client.SendAsync("GET /a HTTP/1.1\r\nACCEPT: b\r\nhost: x\r\nx-One: 1\r\naccept: c\r\n\r\n");
        (await client.ReadResponseAsync("GET")).Body.ShouldBe("/a");

        origin.Heads.Single().ShouldStartWith("GET /a HTTP/1.1\r\nACCEPT: b\r\nhost: x\r\nx-One: 1\r\naccept: c\r\nX-Forwarded-For: 127.0.0.1\r\n");
    }

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, false)]
    [InlineData(33, true)]
    [InlineData(34, true)]
    public async Task Pipelined_requests_of_any_kind_cut_anywhere_are_answered_in_their_order(int seed, bool isSecure)
    {
        var authority = new TestAuthority();
        using var certificate = authority.Issue("shop.example");
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            if (context.Request.Path == "/fail")
            {
                context.Abort();
                return;
            }

            using var body = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"{context.Request.Path} {(await body.ReadToEndAsync()).Length} {context.Request.Headers["X-Pad"].ToString().Length}");
        });
        var settings = isSecure ? TlsNode.Settings(origin.Address) : TestNode.Settings(origin.Address);
        await using var node = await TestNode.StartAsync(settings, folder => TlsNode.Write(folder, "shop", certificate, authority));
        var random = new Random(seed);
        var asked = 0;
        for (var i = 0; i < 60; i++)
        {
            var (requests, answers) = Mixed(random);
            asked += answers.Count;
            await using var client = await WireClient.ConnectAsync(node.Address, isSecure ? "shop.example" : null);
            for (var rest = requests; rest.Length > 0;)
            {
                var length = Math.Min(rest.Length, random.Next(3) == 0 ? random.Next(1, 40) : random.Next(1, 9_000));
                await client.SendAsync(rest[..length]);
                rest = rest[length..];
            }

            foreach (var answer in answers)
            {
                var response = await client.ReadResponseAsync("GET");
                (response.Head.StartsWith("HTTP/1.1 502 ", StringComparison.Ordinal) ? "502" : response.Body).ShouldBe(answer, requests);
            }

            (await client.ReadToEndAsync()).ShouldBe(("", false));
        }

        await Eventually.Holds(
            async () => await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}")
                + await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_error\"}") == asked,
            "each request is counted once");
        node.Log.Lines.Where(IsTrouble).ShouldBeEmpty();
    }

    /// <summary>Requests in one piece of bytes, the last of which ends the connection, and what is to be answered.</summary>
    private static (string Requests, IReadOnlyList<string> Answers) Mixed(Random random)
    {
        var requests = new StringBuilder();
        var answers = new List<string>();
        for (var i = random.Next(1, 10); i >= 0; i--)
        {
            var close = i == 0 ? "Connection: close\r\n" : "";
            var body = new string('b', random.Next(2) == 0 ? random.Next(1, 30) : random.Next(1, 20_000));
            var pad = random.Next(3) == 0 ? random.Next(1, 6_000) : 0;
            var head = $"HTTP/1.1\r\nHost: shop.example\r\n{close}{(pad > 0 ? $"X-Pad: {new string('p', pad)}\r\n" : "")}";
            switch (random.Next(12))
            {
                case 0:
                    requests.Append($"POST /{i} {head}Content-Length: {body.Length}\r\n\r\n{body}");
                    answers.Add($"/{i} {body.Length} {pad}");
                    break;
                case 1:
                    requests.Append($"POST /{i} {head}Transfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n");
                    answers.Add($"/{i} {body.Length} {pad}");
                    break;
                case 2:
                    requests.Append($"GET /%61{i} {head}\r\n");
                    answers.Add($"/a{i} 0 {pad}");
                    break;
                case 3:
                    requests.Append($"GET /fail {head}\r\n");
                    answers.Add("502");
                    break;
                default:
                    requests.Append($"GET /{i} {head}\r\n");
                    answers.Add($"/{i} 0 {pad}");
                    break;
            }
        }

        return (requests.ToString(), answers);
    }

    private static bool IsTrouble(string line) => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal);

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

    private static async Task<Socket> ConnectAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(System.Net.IPAddress.Parse(address.DnsSafeHost), address.Port);
        return socket;
    }
}
