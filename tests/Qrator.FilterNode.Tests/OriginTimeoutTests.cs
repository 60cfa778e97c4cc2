using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class OriginTimeoutTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private const string Switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private const string Upgrade =
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostOfAMinute = TimeSpan.FromSeconds(50);

    [Fact]
    public async Task An_origin_that_never_answers_is_504_after_a_minute_and_loses_its_connection()
    {
        var closed = new TaskCompletionSource();
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await ReadToEndAsync(stream);
            closed.SetResult();
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        var answer = node.Client.GetAsync(node.Address);
        await Eventually.Holds(() => origin.Heads.Count == 1, "the request arrives");

        node.Time.Advance(MostOfAMinute);
        answer.IsCompleted.ShouldBeFalse();
        node.Time.Advance(Minute - MostOfAMinute);

        (await answer).StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await (await answer).Content.ReadAsStringAsync()).ShouldContain("QRATOR");
        await closed.Task;
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_timeout\"}", 1);
        (await FailuresAsync(node, origin.Address, "silent")).ShouldBe(1);
        await node.ShouldComeToAsync($"filternode_origin_available{{service=\"shop\",origin=\"{origin.Address}\"}}", 1);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhalf")]
    public async Task An_origin_that_goes_silent_within_a_body_has_its_response_cut(string beginning)
    {
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await SendAsync(stream, beginning);
            await ReadToEndAsync(stream);
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        (await client.ReadUntilAsync("half")).ShouldStartWith("HTTP/1.1 200 OK\r\n");

        node.Time.Advance(Minute);

        var (rest, _) = await client.ReadToEndAsync();
        rest.ShouldNotContain("0\r\n");
        await Eventually.Holds(async () => await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_timeout\"}") == 1, "it is counted");
        (await FailuresAsync(node, origin.Address, "silent")).ShouldBe(1);
    }

    [Fact]
    public async Task Over_HTTP2_the_stream_is_reset()
    {
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            await ReadToEndAsync(stream);
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, node.Address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await node.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[4]);

        node.Time.Advance(Minute);

        (await Should.ThrowAsync<HttpIOException>(() => body.ReadExactlyAsync(new byte[1]).AsTask())).HttpRequestError.ShouldBe(HttpRequestError.HttpProtocolError);
    }

    [Fact]
    public async Task A_long_poll_that_drips_is_not_cut()
    {
        var more = new SemaphoreSlim(0);
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            for (var i = 0; i < 5; i++)
            {
                await more.WaitAsync();
                await SendAsync(stream, i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Get);

        for (var i = 0; i < 5; i++)
        {
            more.Release();
            (await client.ReadUntilAsync(i.ToString(System.Globalization.CultureInfo.InvariantCulture))).ShouldNotBeEmpty();
            node.Time.Advance(MostOfAMinute);
        }

        (await client.ReadToEndAsync()).Reset.ShouldBeFalse();
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}", 1);
    }

    [Fact]
    public async Task A_slow_upload_is_the_clients_time_and_the_answer_the_origins()
    {
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await stream.ReadExactlyAsync(new byte[5]);
            await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
        await Eventually.Holds(() => origin.Heads.Count == 1, "the head arrives");

        for (var i = 0; i < 5; i++)
        {
            await client.SendAsync("x");
            node.Time.Advance(MostOfAMinute);
        }

        (await client.ReadToEndAsync()).Text.ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task An_origin_that_does_not_read_the_request_body_is_504()
    {
        var over = new TaskCompletionSource();
        await using var origin = new RawOrigin((_, _) => over.Task);
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n");
        using var stop = new CancellationTokenSource();
        var upload = UploadAsync(client, stop.Token);
        await Eventually.Holds(() => origin.Heads.Count == 1, "the head arrives");

        await Eventually.Holds(async () =>
        {
            node.Time.Advance(TimeSpan.FromSeconds(20));
            return await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_timeout\"}") == 1;
        }, "it is cut and counted");

        (await client.ReadUntilAsync("\r\n\r\n")).ShouldStartWith("HTTP/1.1 504");
        await stop.CancelAsync();
        await upload;
        over.SetResult();
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_not_the_origins_silence()
    {
        var part = new byte[1 << 20];
        var written = 0L;
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await SendAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Length: {64L << 20}\r\nConnection: close\r\n\r\n");
            for (var i = 0; i < 64; i++)
            {
                await stream.WriteAsync(part);
                Interlocked.Increment(ref written);
            }
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Get);
        var seen = -1L;
        await Eventually.Holds(() =>
        {
            var before = seen;
            seen = Volatile.Read(ref written);
            return seen == before && client.Unread > 0;
        }, "the client's buffers are full");

        node.Time.Advance(MostOfAMinute);
        node.Time.Advance(MostOfAMinute);

        (await client.CountToEndAsync()).ShouldBeGreaterThan(64L << 20);
        (await FailuresAsync(node, origin.Address, "silent")).ShouldBe(0);
    }

    [Theory]
    [InlineData("Http1")]
    [InlineData("Http2")]
    public async Task A_WebSocket_on_which_messages_flow_outlives_the_time_to_answer(string protocol)
    {
        await using var origin = await TestOrigin.StartAsync(
            async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[16];
                while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } received)
                {
                    await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
                }

                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            },
            options => options.Protocols = protocol == "Http2" ? HttpProtocols.Http2 : HttpProtocols.Http1);
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["OriginProtocol"] = protocol;
        await using var node = await TestNode.StartAsync(settings);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws" }.Uri, CancellationToken.None);
        var buffer = new byte[16];

        for (var i = 0; i < 5; i++)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes("echo"), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            (await socket.ReceiveAsync(buffer, CancellationToken.None)).Count.ShouldBe(4);
            node.Time.Advance(MostOfAMinute);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}", 1);
    }

    [Theory]
    [InlineData("client")]
    [InlineData("origin")]
    public async Task A_WebSocket_on_which_one_side_alone_sends_pings_is_not_cut(string pinging)
    {
        var accepted = new TaskCompletionSource<NetworkStream>();
        var over = new TaskCompletionSource();
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await SendAsync(stream, Switching);
            accepted.SetResult(stream);
            await over.Task;
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Upgrade);
        (await client.ReadUntilAsync("\r\n\r\n")).ShouldStartWith("HTTP/1.1 101");
        var server = await accepted.Task;

        for (var i = 0; i < 5; i++)
        {
            node.Time.Advance(MostOfAMinute);
            if (pinging == "client")
            {
                // Empty, with the mask that a client's frames have.
                await client.SendAsync("\u0089\u0080mask");
                await server.ReadExactlyAsync(new byte[6]);
            }
            else
            {
                await SendAsync(server, "\u0089\u0000");
                (await client.ReadUntilAsync("\u0089\u0000")).ShouldBe("\u0089\u0000");
            }
        }

        over.SetResult();
        (await client.ReadToEndAsync()).Text.ShouldBe("");
    }

    [Fact]
    public async Task A_WebSocket_that_nothing_flows_on_is_ended_after_a_minute_and_nobody_is_to_blame()
    {
        var closed = new TaskCompletionSource();
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await SendAsync(stream, Switching);
            await stream.ReadExactlyAsync(new byte[4]);
            await SendAsync(stream, "pong");
            await ReadToEndAsync(stream);
            closed.SetResult();
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Upgrade);
        (await client.ReadUntilAsync("\r\n\r\n")).ShouldStartWith("HTTP/1.1 101");

        node.Time.Advance(MostOfAMinute);
        await client.SendAsync("ping");
        (await client.ReadUntilAsync("pong")).ShouldBe("pong");
        node.Time.Advance(MostOfAMinute);
        closed.Task.IsCompleted.ShouldBeFalse();
        node.Time.Advance(Minute - MostOfAMinute);

        (await client.ReadToEndAsync()).Text.ShouldBe("");
        await closed.Task;
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}", 1);
        (await node.MetricsAsync()).ShouldNotContain("filternode_origin_failures_total{");
    }

    [Fact]
    public async Task A_client_that_goes_away_takes_the_request_to_the_origin_with_it()
    {
        var closed = new TaskCompletionSource();
        await using var origin = new RawOrigin(async (stream, _) =>
        {
            await ReadToEndAsync(stream);
            closed.SetResult();
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using (var client = await RawClient.ConnectAsync(node.Address))
        {
            await client.SendAsync(Get);
            await Eventually.Holds(() => origin.Heads.Count == 1, "the request arrives");
        }

        await closed.Task;
        await Eventually.Holds(async () => await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}") == 1, "it is counted");
        (await node.MetricsAsync()).ShouldNotContain("filternode_origin_failures_total{");
    }

    [Fact]
    public async Task A_stream_that_the_client_resets_takes_its_request_to_the_origin_with_it_and_no_other()
    {
        var closed = new TaskCompletionSource();
        await using var origin = new RawOrigin(async (stream, head) =>
        {
            if (head.StartsWith("GET /other ", StringComparison.Ordinal))
            {
                await closed.Task;
                await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                return;
            }

            await ReadToEndAsync(stream);
            closed.SetResult();
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var cancel = new CancellationTokenSource();
        var other = client.GetStringAsync(new Uri(node.Address, "/other"));
        var cancelled = client.GetAsync(node.Address, cancel.Token);
        await Eventually.Holds(() => origin.Heads.Count == 2, "both requests arrive");

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        await closed.Task;
        (await other).ShouldBe("ok");
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}", 1);
    }

    private static async Task UploadAsync(RawClient client, CancellationToken stop)
    {
        var part = new byte[1 << 16];
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await client.SendAsync(part.AsMemory(), stop);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return;
        }
    }

    private static ValueTask SendAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    private static async Task ReadToEndAsync(NetworkStream stream)
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
            // Reset: an end as well.
            return;
        }
    }

    private static Task<double> FailuresAsync(TestNode node, string origin, string reason) =>
        node.MetricAsync($"filternode_origin_failures_total{{service=\"shop\",origin=\"{origin}\",reason=\"{reason}\"}}");
}
