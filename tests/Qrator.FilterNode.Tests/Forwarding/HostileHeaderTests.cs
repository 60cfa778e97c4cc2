using System.Text;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding;

public sealed class HostileHeaderTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    [Theory]
    [InlineData("x: 1\r\n\r\nget /inner http/1.1\r\nhost: inner")]
    [InlineData("x: 1\r\ntransfer-encoding: chunked\r\ny")]
    [InlineData("x-forwarded-for: 192.0.2.1\r\nx")]
    [InlineData("te st")]
    [InlineData("a\nb")]
    [InlineData("x:")]
    public async Task What_is_no_name_of_a_header_never_reaches_the_origin_over_HTTP2(string name)
    {
        await using var origin = new RawOrigin(Ok);
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        await client.SendAsync(Http2Frames.Settings);
        await client.SendAsync(Http2Frames.Get(stream: 1, authority: "x", (name, "value")));

        await Eventually.Holds(async () => await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"bad_request\"}") == 1, "it is refused");
        origin.Heads.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/a b")]
    [InlineData("/?a b HTTP/1.0")]
    [InlineData("/?\x01")]
    [InlineData("/?\x7f")]
    public async Task What_a_request_line_would_be_read_differently_for_never_reaches_the_origin(string path)
    {
        await using var origin = new RawOrigin(Ok);
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        await client.SendAsync(Http2Frames.Settings);
        byte[] block = [.. Literal(":method", "GET"), .. Literal(":scheme", "http"), .. Literal(":path", path), .. Literal(":authority", "x")];
        await client.SendAsync(Http2Frames.Frame(Http2Frames.HeadersType, flags: 5, stream: 1, block));

        await Eventually.Holds(async () => await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"bad_request\"}") == 1, "it is refused");
        origin.Heads.ShouldBeEmpty();
    }

    private static byte[] Literal(string name, string value) =>
        [0x00, (byte)name.Length, .. Encoding.Latin1.GetBytes(name), (byte)value.Length, .. Encoding.Latin1.GetBytes(value)];
}
