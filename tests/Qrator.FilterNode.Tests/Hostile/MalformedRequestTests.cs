using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Hostile;

public sealed class MalformedRequestTests
{
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\n";
    private const string Chunked = Post + "Transfer-Encoding: chunked\r\n\r\n";

    /// <summary>Requests that the node refuses by their heads, with the reason.</summary>
    public static TheoryData<string, string> Heads => new()
    {
        { "GET / HTTP/1.1\nHost: a\r\n\r\n", "bare_lf" },
        { "GET / HTTP/1.1\r\nHost: a\n\r\n", "bare_lf" },
        { "GET / HTTP/1.1\r\nHost: a\r\n\n", "bare_lf" },
        { "GET / HTTP/1.1\rHost: a\r\n\r\n", "bare_cr" },
        { "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "bare_cr" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", "control_character" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0001b\r\n\r\n", "control_character" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX: a\u007fb\r\n\r\n", "control_character" },
        { "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", "request_line" },
        { "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "request_line" },
        { "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "request_line" },
        { "GET /\r\nHost: a\r\n\r\n", "request_line" },
        { "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n", "control_character" },
        { "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", "request_line" },
        { "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "request_line" },
        { "GET / http/1.1\r\nHost: a\r\n\r\n", "request_line" },
        { "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "empty_lines" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n", "header_name" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", "header_name" },
        { "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "header_name" },
        { "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", "header_name" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX(Y): b\r\n\r\n", "header_name" },
        { "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", "header_name" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX\u00e9: b\r\n\r\n", "header_name" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", "line_folding" },
        { "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "line_folding" },
        { Post + "Content-Length: +5\r\n\r\nhello", "content_length" },
        { Post + "Content-Length: -0\r\n\r\n", "content_length" },
        { Post + "Content-Length: \r\n\r\n", "content_length" },
        { Post + "Content-Length: 5, 5\r\n\r\nhello", "content_length" },
        { Post + "Content-Length: 5 5\r\n\r\nhello", "content_length" },
        { Post + "Content-Length: 0x5\r\n\r\nhello", "content_length" },
        { Post + "Content-Length: 99999999999999999999\r\n\r\nhello", "content_length" },
        { Post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "content_length" },
        { Post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "content_length" },
        { Post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "two_lengths" },
        { Post + "Transfer-Encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n", "two_lengths" },
        { Post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "transfer_encoding" },
        { Post + "Transfer-Encoding: identity\r\n\r\n", "transfer_encoding" },
        { Post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "transfer_encoding" },
        { Post + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n", "transfer_encoding" },
        { Post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", "transfer_encoding" },
        { Post + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n", "control_character" },
        { Post + "Transfer-Encoding:\r\n\r\n0\r\n\r\n", "transfer_encoding" },
        { Post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "transfer_encoding" },
        { "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "transfer_encoding" },
        { "GET / HTTP/1.1\r\n\r\n", "host" },
        { "GET / HTTP/1.1\r\nHost: \r\n\r\n", "host" },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "host" },
    };

    /// <summary>Requests whose heads are good, and whose bodies the node refuses.</summary>
    public static TheoryData<string, string> Bodies => new()
    {
        { "+5\r\nhello\r\n0\r\n\r\n", "chunk_size" },
        { "0x5\r\nhello\r\n0\r\n\r\n", "chunk_size" },
        { "-1\r\nhello\r\n0\r\n\r\n", "chunk_size" },
        { "\r\nhello\r\n0\r\n\r\n", "chunk_size" },
        { " 5\r\nhello\r\n0\r\n\r\n", "chunk_size" },
        { "123456789\r\nhello\r\n0\r\n\r\n", "chunk_size" },
        { "FFFFFFFF\r\nhello\r\n0\r\n\r\n", "chunk_size" },
        { "5\nhello\r\n0\r\n\r\n", "bare_lf" },
        { "5\rhello\r\n0\r\n\r\n", "bare_cr" },
        { "5\r\nhello0\r\n\r\n", "chunk_end" },
        { "5\r\nhello\n0\r\n\r\n", "chunk_end" },
        { "5\r\nhello\r0\r\n\r\n", "chunk_end" },
        { "5;a=b\0\r\nhello\r\n0\r\n\r\n", "control_character" },
        { "5;a=b\nhello\r\n0\r\n\r\n", "bare_lf" },
        { "5;a=b\rhello\r\n0\r\n\r\n", "bare_cr" },
        { "5;a=" + new string('b', 4095), "chunk_extension" },
        { "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n", "trailer" },
        { "5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n", "trailer" },
        { "5\r\nhello\r\n0\r\nHost: b\r\n\r\n", "trailer" },
        { "5\r\nhello\r\n0\r\nX : b\r\n\r\n", "header_name" },
        { "5\r\nhello\r\n0\r\nX: b\0\r\n\r\n", "control_character" },
        { "5\r\nhello\r\n0\r\nX: b\r\n c\r\n\r\n", "line_folding" },
        { "5\r\nhello\r\n0\r\nX: b\n\r\n", "bare_lf" },
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task A_malformed_head_gets_400_and_the_end_and_never_reaches_the_origin(string request, string reason)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);

        foreach (var pieces in new[] { request.Length, 1 })
        {
            using var client = await RawClient.ConnectAsync(node.Address);
            await client.SendInPiecesAsync(request, pieces);
            (await client.ReadToEndAsync()).Text.ShouldStartWith("HTTP/1.1 400 Bad Request\r\n");
        }

        origin.Requests.ShouldBe(0);
        node.Log.Lines.ShouldBeEmpty();
        await Eventually.Holds(async () => await node.ViolationsAsync(reason) == 2, "both are counted by reason");
        await Eventually.Holds(async () => await node.BadRequestsAsync() == 2, "both are counted as bad requests");
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_malformed_body_gets_400_and_the_end_and_the_origin_never_sees_the_end_of_it(string body, string reason)
    {
        await using var origin = new RecordingOrigin();
        await using var node = await TestNode.StartAsync(origin.Address);

        foreach (var pieces in new[] { Chunked.Length + body.Length, 1 })
        {
            using var client = await RawClient.ConnectAsync(node.Address);
            await client.SendInPiecesAsync(Chunked + body, pieces);
            (await client.ReadToEndAsync()).Text.ShouldStartWith("HTTP/1.1 400 Bad Request\r\n");
        }

        await Eventually.Holds(async () => await node.ViolationsAsync(reason) == 2, "both are counted by reason");
        await Eventually.Holds(() => origin.Open == 0, "the origin's connections are ended");
        foreach (var seen in origin.Received)
        {
            seen.ShouldNotContain("\r\n0\r\n");
        }

        await Eventually.Holds(async () => await node.BadRequestsAsync() == 2, "both are counted as bad requests");
        node.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Good_requests_before_a_bad_one_are_answered_in_order_and_none_behind_it()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        const string good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

        await client.SendAsync(good + good + "GET / HTTP/1.1\r\nHost: a\r\nX : smuggled\r\n\r\n" + good);

        var (text, _) = await client.ReadToEndAsync();
        System.Text.RegularExpressions.Regex.Matches(text, "HTTP/1.1 (\\d+)").Select(match => match.Groups[1].Value).ShouldBe(["200", "200", "400"]);
        origin.Requests.ShouldBe(2);
    }
}
