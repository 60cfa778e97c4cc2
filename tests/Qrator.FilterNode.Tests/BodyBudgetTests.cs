using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class BodyBudgetTests
{
    private const string InFlight = "filternode_inflight_body_bytes{service=\"shop\"}";
    private const string Counted = "filternode_requests_total{service=\"shop\",outcome=\"body_limit\"}";
    private const string Chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Fact]
    public async Task A_body_of_the_limit_passes_and_a_longer_one_is_answered_413_with_connection_close()
    {
        await using var origin = await TestOrigin.StartAsync(CountAsync);
        await using var node = await StartAsync(origin, 1_000);
        (await PostAsync(node, 1_000)).ShouldBe((HttpStatusCode.OK, "1000"));

        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync($"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n{new string('x', 1_001)}");

        var (text, reset) = await client.ReadToEndAsync();
        text.ShouldStartWith("HTTP/1.1 413 Payload Too Large\r\n");
        text.ShouldContain("\r\nConnection: close\r\n");
        text.ShouldContain("QRATOR");
        reset.ShouldBeFalse();
        origin.Requests.ShouldBe(1);
        (await node.MetricAsync(Counted)).ShouldBe(1);
        (await node.MetricAsync(InFlight)).ShouldBe(0);
    }

    [Fact]
    public async Task A_known_length_is_reserved_at_once_and_given_back_when_the_request_is_over()
    {
        var release = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await release.Task;
            await CountAsync(context);
        });
        await using var node = await StartAsync(origin, 1_000);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\nConnection: close\r\n\r\nx");
        await Eventually.Holds(async () => await node.MetricAsync(InFlight) == 900, "the announced bytes are in flight");

        (await PostAsync(node, 101)).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var fits = PostAsync(node, 100);
        await Eventually.Holds(async () => await node.MetricAsync(InFlight) == 1_000, "both are in flight");

        release.SetResult();
        await client.SendAsync(new string('x', 899));
        (await client.ReadToEndAsync()).Text.ShouldContain("\r\n900\r\n");
        (await fits).ShouldBe((HttpStatusCode.OK, "100"));
        await Eventually.Holds(async () => await node.MetricAsync(InFlight) == 0, "all is given back");
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_counted_as_it_comes_and_cut_with_413_when_nothing_was_answered()
    {
        await using var origin = await TestOrigin.StartAsync(CountAsync);
        await using var node = await StartAsync(origin, 1_000);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync($"{Chunked}258\r\n{new string('x', 600)}\r\n");
        await Eventually.Holds(async () => await node.MetricAsync(InFlight) == 600, "what came is in flight");
        await client.SendAsync($"191\r\n{new string('x', 401)}\r\n0\r\n\r\n");

        var (text, reset) = await client.ReadToEndAsync();
        text.ShouldStartWith("HTTP/1.1 413 Payload Too Large\r\n");
        text.ShouldContain("\r\nConnection: close\r\n");
        reset.ShouldBeFalse();
        (await node.MetricAsync(Counted)).ShouldBe(1);
        await Eventually.Holds(async () => await node.MetricAsync(InFlight) == 0, "all is given back");
    }

    [Fact]
    public async Task A_body_of_unknown_length_within_the_limit_passes_whole()
    {
        await using var origin = await TestOrigin.StartAsync(CountAsync);
        await using var node = await StartAsync(origin, 1_000);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync($"{Chunked}258\r\n{new string('x', 600)}\r\n");
        await client.SendAsync($"190\r\n{new string('x', 400)}\r\n0\r\n\r\n");

        (await client.ReadUntilAsync("1000")).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task Over_the_limit_nobody_is_told_to_continue()
    {
        await using var origin = await TestOrigin.StartAsync(CountAsync);
        await using var node = await StartAsync(origin, 1_000);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");

        (await client.ReadUntilAsync("</html>")).ShouldStartWith("HTTP/1.1 413 Payload Too Large\r\n");
    }

    [Fact]
    public async Task A_client_that_sends_100_MB_before_it_reads_still_gets_the_413()
    {
        await using var origin = await TestOrigin.StartAsync(CountAsync);
        await using var node = await StartAsync(origin, 1_000);
        using var client = await RawClient.ConnectAsync(node.Address);
        var part = new byte[1_000_000];

        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
        for (var i = 0; i < 100; i++)
        {
            await client.SendAllAsync(part);
        }

        var (text, reset) = await client.ReadToEndAsync();
        text.ShouldStartWith("HTTP/1.1 413 Payload Too Large\r\n");
        text.ShouldEndWith("</html>");
        reset.ShouldBeFalse();
    }

    [Theory]
    [InlineData("known")]
    [InlineData("unknown")]
    public async Task On_HTTP2_the_413_arrives_whole_and_the_connection_stays(string length)
    {
        await using var origin = await TestOrigin.StartAsync(CountAsync);
        await using var node = await StartAsync(origin, 100_000);
        var content = new ByteArrayContent(new byte[5_000_000]);
        using var request = new HttpRequestMessage(HttpMethod.Post, node.Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = length == "known" ? content : new StreamContent(new UnknownLength(await content.ReadAsStreamAsync())),
        };

        using var response = await node.Client.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await response.Content.ReadAsStringAsync()).ShouldEndWith("</html>");
        (await PostAsync(node, 100, HttpVersion.Version20)).ShouldBe((HttpStatusCode.OK, "100"));
        (await node.MetricAsync("filternode_connections_total{listener=\"127.0.0.1:0\"}")).ShouldBe(1);
        await Eventually.Holds(async () => await node.MetricAsync(InFlight) == 0, "all is given back");
    }

    [Fact]
    public async Task The_limit_of_the_node_holds_over_all_services()
    {
        var release = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await release.Task;
            await CountAsync(context);
        });
        var settings = Settings(origin, 10_000);
        settings["FilterNode"]!["Limits"] = new JsonObject { ["InFlightBodyBytes"] = 1_000 };
        var blog = TestNode.Shop(settings).DeepClone();
        blog["Hosts"] = new JsonArray("blog.example");
        settings["FilterNode"]!["Services"]!["blog"] = blog;
        await using var node = await TestNode.StartAsync(settings);
        var first = PostAsync(node, 900);
        await Eventually.Holds(async () => await node.MetricAsync(InFlight) == 900, "the first is in flight");

        using var request = new HttpRequestMessage(HttpMethod.Post, node.Address) { Content = new ByteArrayContent(new byte[101]), Headers = { Host = "blog.example" } };
        using var second = await node.Client.SendAsync(request);
        second.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        release.SetResult();
        (await first).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_smaller_limit_holds_for_new_bodies_and_leaves_those_under_way_alone()
    {
        var release = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await release.Task;
            await CountAsync(context);
        });
        var settings = Settings(origin, 1_000);
        await using var node = await TestNode.StartAsync(settings);
        var underWay = PostAsync(node, 900);
        await Eventually.Holds(async () => await node.MetricAsync(InFlight) == 900, "it is in flight");

        TestNode.Shop(settings)["InFlightBodyBytes"] = 100;
        node.Write(settings);
        await Eventually.Holds(async () => await node.MetricAsync("filternode_config_reloads_total{result=\"success\"}") == 1, "the limit is in force");
        (await PostAsync(node, 1)).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        release.SetResult();
        (await underWay).ShouldBe((HttpStatusCode.OK, "900"));
        await Eventually.Holds(async () => await node.MetricAsync(InFlight) == 0, "it is given back");
        (await PostAsync(node, 100)).ShouldBe((HttpStatusCode.OK, "100"));
    }

    [Fact]
    public async Task A_WebSocket_is_no_body()
    {
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[4_096];
            while (!(await socket.ReceiveAsync(buffer, CancellationToken.None)).EndOfMessage)
            {
            }

            await socket.SendAsync("all"u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        });
        await using var node = await StartAsync(origin, 10);
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws" }.Uri, CancellationToken.None);

        await socket.SendAsync(new byte[10_000], System.Net.WebSockets.WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Encoding.ASCII.GetString(buffer, 0, received.Count).ShouldBe("all");
    }

    [Fact]
    public async Task After_any_mix_of_uploads_aborts_refusals_and_errors_nothing_is_in_flight()
    {
        var dice = new Random(20_260_101);
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            switch (context.Request.Path.Value)
            {
                case "/abort":
                    context.Abort();
                    break;
                case "/silent":
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                    break;
                case "/early":
                    await context.Response.WriteAsync("early");
                    break;
                default:
                    await CountAsync(context);
                    break;
            }
        });
        var settings = Settings(origin, 60_000);
        TestNode.Shop(settings)["Timeouts"] = new JsonObject { ["Response"] = "00:00:00.100" };
        await using var node = await TestNode.StartAsync(settings);
        string[] paths = ["/", "/", "/", "/abort", "/silent", "/early"];
        var plans = Enumerable.Range(0, 200).Select(_ => (Path: paths[dice.Next(paths.Length)], Known: dice.Next(2) == 0, Length: dice.Next(1, 20_000), Sent: dice.Next(2) == 0 ? 1 : dice.NextDouble(), Wait: dice.Next(2) == 0)).ToList();

        await Parallel.ForEachAsync(plans, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (plan, _) =>
        {
            using var client = await RawClient.ConnectAsync(node.Address);
            var sent = (int)(plan.Length * plan.Sent);
            var body = new string('x', sent);
            var end = plan.Sent == 1 ? "0\r\n\r\n" : "";
            try
            {
                await client.SendAsync(plan.Known
                    ? $"POST {plan.Path} HTTP/1.1\r\nHost: x\r\nContent-Length: {plan.Length}\r\nConnection: close\r\n\r\n{body}"
                    : $"POST {plan.Path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{(sent > 0 ? $"{sent:x}\r\n{body}\r\n" : "")}{end}");
                if (plan.Wait && plan.Sent == 1)
                {
                    await client.ReadToEndAsync();
                }
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The node has answered and gone before all was sent.
                return;
            }
        });

        await Eventually.Holds(async () => await node.MetricAsync(InFlight) == 0, "nothing is in flight");
        node.Host.Store.Bodies.InFlight.ShouldBe(0);
        (await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}")).ShouldBeGreaterThan(0);
        (await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}")).ShouldBeGreaterThan(0);
    }

    private static JsonObject Settings(TestOrigin origin, long limit)
    {
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["InFlightBodyBytes"] = limit;
        return settings;
    }

    private static Task<TestNode> StartAsync(TestOrigin origin, long limit) => TestNode.StartAsync(Settings(origin, limit));

    private static async Task CountAsync(HttpContext context)
    {
        var buffer = new byte[65_536];
        var total = 0L;
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            total += read;
        }

        await context.Response.WriteAsync(total.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(TestNode node, int length, Version? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, node.Address) { Content = new ByteArrayContent(new byte[length]), Version = version ?? HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await node.Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private sealed class UnknownLength(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
