using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Hostile;

/// <summary>Over HTTP/2 a client is slow by its windows (RFC 9113, section 5.2), while its socket takes all that is sent.</summary>
public sealed class SlowHttp2Tests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private const byte WindowUpdate = 8;

    // SETTINGS_INITIAL_WINDOW_SIZE = 0: nothing may be sent on a stream before the client says so.
    private static readonly byte[] NoWindow = Http2Frames.Frame(4, 0, 0, [0, 4, 0, 0, 0, 0]);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(300_000, 1, 1)]
    [InlineData(300_000, 20, 1)]
    [InlineData(300_000, 1, 0)]
    [InlineData(10_000, 1, 1)]
    [InlineData(10_000, 20, 1)]
    [InlineData(10_000, 1, 0)]
    public async Task A_client_that_grants_a_byte_now_and_then_or_none_is_cut(int length, int streams, int granted)
    {
        await using var origin = await TestOrigin.StartAsync(async context => await context.Response.Body.WriteAsync(new byte[length]));
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAllAsync((byte[])[
            .. System.Text.Encoding.ASCII.GetBytes(Preface),
            .. NoWindow,
            .. Enumerable.Range(0, streams).SelectMany(i => Http2Frames.Get((2 * i) + 1, "x"))]);
        await Eventually.Holds(() => origin.Requests == streams, "the requests are at the origin");

        await Eventually.Holds(
            async () =>
            {
                await client.SendInPiecesAsync(
                    System.Text.Encoding.Latin1.GetString([.. Enumerable.Range(0, streams * granted).SelectMany(i => Http2Frames.Frame(WindowUpdate, 0, (2 * i) + 1, [0, 0, 0, 1]))]), 10_000);
                node.Time.Advance(Second);
                return await node.CutAsync("slow_reader") == 1;
            },
            "the client is cut");

        await client.ReadToEndAsync();
        (await node.ViolationsAsync("slow_reader")).ShouldBe(1);
    }

    [Fact]
    public async Task A_body_that_comes_byte_by_byte_is_cut()
    {
        await using var origin = await TestOrigin.StartAsync(context => context.Request.Body.CopyToAsync(Stream.Null));
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAllAsync((byte[])[.. System.Text.Encoding.ASCII.GetBytes(Preface), .. Http2Frames.Settings, .. Http2Frames.Open(1, "x")]);

        // However fast this goes, they are fewer than the lowest rate wants of the first five seconds, which are the server's own time.
        var left = 100;
        await Eventually.Holds(
            async () =>
            {
                if (left-- > 0)
                {
                    await client.SendInPiecesAsync("\0\0\u0001\0\0\0\0\0\u0001x", 10);
                }

                return await node.ViolationsAsync("slow_body") == 1;
            },
            "the client is cut");

        await client.ReadToEndAsync();
        await Eventually.Holds(async () => await node.BadRequestsAsync() == 1, "it is counted as a bad request");
    }

    [Fact]
    public async Task Bodies_of_many_streams_that_come_too_slowly_are_one_violation_and_as_many_bad_requests()
    {
        const int Streams = 50;
        await using var origin = await TestOrigin.StartAsync(context => context.Request.Body.CopyToAsync(Stream.Null));
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAllAsync((byte[])[
            .. System.Text.Encoding.ASCII.GetBytes(Preface),
            .. Http2Frames.Settings,
            .. Enumerable.Range(0, Streams).SelectMany(i => (byte[])[.. Http2Frames.Open((2 * i) + 1, "x"), .. Http2Frames.Frame(Http2Frames.DataType, 0, (2 * i) + 1, [0])])]);

        await client.ReadToEndAsync();
        await Eventually.Holds(async () => await node.BadRequestsAsync() == Streams, "each is counted as a bad request");
        (await node.ViolationsAsync("slow_body")).ShouldBe(1);
        (await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}")).ShouldBe(0);
    }

    [Fact]
    public async Task A_client_that_waits_for_the_origin_is_not()
    {
        var go = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await context.Response.WriteAsync("begin");
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.WriteAsync("the end");
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAllAsync((byte[])[.. System.Text.Encoding.ASCII.GetBytes(Preface), .. Http2Frames.Settings, .. Http2Frames.Get(1, "x")]);
        await client.ReadUntilAsync("begin");

        for (var i = 0; i < 40; i++)
        {
            node.Time.Advance(Second);
            await node.MetricsAsync();
        }

        go.SetResult();
        (await client.ReadUntilAsync("the end")).ShouldContain("the end");
        (await node.CutAsync("slow_reader")).ShouldBe(0);
    }
}
