using System.Text;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Hostile;

/// <summary>How much one request, or one connection, may ask for.</summary>
public sealed class RequestLimitTests
{
    private const int Streams = 100;

    [Theory]
    [InlineData(100, 1, "200")]
    [InlineData(101, 1, "431")]
    [InlineData(10, 9_000, "431")]
    public async Task A_head_of_too_many_headers_or_bytes_gets_431_and_the_end(int headers, int bytes, string status)
    {
        await using var origin = new RawOrigin("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        var others = string.Concat(Enumerable.Range(2, headers - 2).Select(i => $"X-{i}: {new string('x', bytes)}\r\n"));

        await client.SendInPiecesAsync($"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{others}\r\n", 10_000);

        (await client.ReadToEndAsync()).Text.ShouldStartWith($"HTTP/1.1 {status} ");
        origin.Heads.Count.ShouldBe(status == "200" ? 1 : 0);
    }

    [Fact]
    public async Task A_connection_has_a_hundred_streams_and_the_next_is_refused_alone()
    {
        var release = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await release.Task;
            await context.Response.WriteAsync("hello");
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        const byte reset = 3;
        const byte data = Http2Frames.DataType;
        byte[] refused = [0, 0, 4, reset, 0, 0, 0, 0, (2 * Streams) + 1, 0, 0, 0, 7];

        await client.SendAllAsync((byte[])[
            .. Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            .. Http2Frames.Settings,
            .. Enumerable.Range(0, Streams + 1).SelectMany(i => Http2Frames.Get((2 * i) + 1, "x"))]);
        var beginning = await client.ReadUntilAsync(Encoding.Latin1.GetString(refused));
        await Eventually.Holds(() => origin.Requests == Streams, "the others are at the origin");
        release.SetResult();
        var rest = await client.ReadUntilAsync(text => Http2Frames.Types(beginning + text).Count(type => type == data) >= Streams);

        Http2Frames.Types(beginning + rest).Count(type => type == reset).ShouldBe(1);
        Http2Frames.Types(beginning + rest).ShouldNotContain(Http2Frames.GoAwayType);
        origin.Requests.ShouldBe(Streams);
    }
}
