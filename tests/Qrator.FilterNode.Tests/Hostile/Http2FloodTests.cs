using System.Net;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Hostile;

public sealed class Http2FloodTests
{
    private const int Frames = 1000;
    // Kestrel ends these itself, mostly sooner.
    private static readonly string[] KestrelCutsToo = ["rapid reset", "trailers of nothing"];

    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    [Theory]
    [InlineData("ping")]
    [InlineData("ping ack")]
    [InlineData("settings")]
    [InlineData("settings ack")]
    [InlineData("window update")]
    [InlineData("priority")]
    [InlineData("unknown")]
    [InlineData("rapid reset")]
    [InlineData("empty data")]
    [InlineData("continuation")]
    [InlineData("trailers of nothing")]
    public async Task A_flood_of_idle_frames_ends_the_connection_within_a_thousand(string kind)
    {
        await using var origin = await TestOrigin.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Preface);
        await client.SendAsync(Http2Frames.Settings);
        await client.SendAsync(Http2Frames.Open(stream: 1, authority: "a", endHeaders: kind != "continuation"));

        var flood = Enumerable.Range(0, Frames).SelectMany(i => Frame(kind, i)).ToArray();
        await client.SendInPiecesAsync(System.Text.Encoding.Latin1.GetString(flood), 900);

        await client.ReadToEndAsync();
        if (!KestrelCutsToo.Contains(kind))
        {
            (await node.CutAsync("http2_flood")).ShouldBe(1);
            (await node.ViolationsAsync("http2_flood")).ShouldBe(1);
        }

        node.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_takes_much_may_say_so_often()
    {
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            var block = new byte[1 << 16];
            for (var i = 0; i < 1024; i++)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = Http2Client();

        (await client.GetByteArrayAsync(node.Address)).Length.ShouldBe(64 << 20);
        (await node.CutAsync("http2_flood")).ShouldBe(0);
    }

    [Fact]
    public async Task Thousands_of_requests_and_cancelled_ones_among_them_pass_on_one_connection()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = Http2Client();

        for (var i = 0; i < 100; i++)
        {
            using var cancel = new CancellationTokenSource();
            var cancelled = Enumerable.Range(0, 10).Select(_ => client.GetAsync(node.Address, cancel.Token)).ToList();
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetStringAsync(node.Address)));
            await cancel.CancelAsync();
            await Task.WhenAll(cancelled.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
            answers.ShouldAllBe(answer => answer == "hello");
        }

        (await node.CutAsync("http2_flood")).ShouldBe(0);
        await node.ShouldComeToAsync($"filternode_connections_total{{listener=\"127.0.0.1:0\"}}", 1);
    }

    private static HttpClient Http2Client() => new(new SocketsHttpHandler { EnableMultipleHttp2Connections = false })
    {
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static byte[] Frame(string kind, int i) => kind switch
    {
        "ping" => Http2Frames.Frame(6, 0, 0, new byte[8]),
        "ping ack" => Http2Frames.Frame(6, 1, 0, new byte[8]),
        "settings" => Http2Frames.Settings,
        "settings ack" => Http2Frames.Frame(4, 1, 0, []),
        "window update" => Http2Frames.Frame(8, 0, 0, [0, 0, 0, 1]),
        "priority" => Http2Frames.Frame(2, 0, 1, [0, 0, 0, 0, 16]),
        "unknown" => Http2Frames.Frame(0xBB, 0, 0, new byte[5]),
        "rapid reset" => i % 2 == 0 ? Http2Frames.Get(3 + i, "a") : Http2Frames.Frame(3, 0, 2 + i, new byte[4]),
        "empty data" => Http2Frames.Frame(Http2Frames.DataType, 0, 1, []),
        "continuation" => Http2Frames.Frame(9, 0, 1, []),
        _ => Http2Frames.Frame(Http2Frames.HeadersType, 0, 1, []),
    };
}
