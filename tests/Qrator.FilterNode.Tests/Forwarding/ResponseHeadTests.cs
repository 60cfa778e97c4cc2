using System.Text;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Forwarding.Http1;

namespace Qrator.FilterNode.Forwarding;

public sealed class ResponseHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nA: b\n\n")]
    [InlineData("HTTP/1.1 204\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n\n")]
    public void The_end_of_a_head_is_found_however_it_is_cut(string head)
    {
        var bytes = Encoding.Latin1.GetBytes(head + "body\r\n\r\n");
        for (var cut = 0; cut < head.Length; cut++)
        {
            var scanned = 0;
            ResponseHead.FindEnd(bytes.AsSpan(0, cut), ref scanned).ShouldBe(-1);
            ResponseHead.FindEnd(bytes, ref scanned).ShouldBe(head.Length);
        }
    }

    [Theory]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "Length 5")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", "Length 5")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "None 0")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\n\r\n", "UntilClose closes")]
    [InlineData("GET", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", "Length 5 closes")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", "Chunked")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", "Chunked closes")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: x, Close\r\n\r\n", "Length 5 closes")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: Keep-Alive\r\n\r\n", "Length 5")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "None 5")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "None")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\n\r\n", "None")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "None 5")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", "None")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "None closes")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "None closes")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", "None closes")]
    [InlineData("GET", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", "None 0")]
    [InlineData("GET", "HTTP/1.1 205 Reset Content\r\nContent-Length: 5\r\n\r\n", "None 0 closes")]
    [InlineData("GET", "HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n", "None 0 closes")]
    [InlineData("GET", "HTTP/1.1 205 Reset Content\r\n\r\n", "None 0 closes")]
    [InlineData("HEAD", "HTTP/1.1 205 Reset Content\r\n\r\n", "None 0")]
    [InlineData("GET", "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n", "Length 5")]
    [InlineData("GET", "HTTP/1.1 200 \r\nContent-Length:5 \r\n\r\n", "Length 5")]
    public void The_body_is_framed_as_RFC_9112_says(string method, string head, string framing)
    {
        var (read, response) = Read(head, method);

        read.ShouldNotBeNull();
        var text = $"{read.Value.Framing}{(read.Value.Length is { } length ? $" {length}" : "")}{(read.Value.Closes ? " closes" : "")}";
        text.ShouldBe(framing);
        response.ContentLength.ShouldBe(read.Value.Length);
    }

    [Theory]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 +20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA : b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: b\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public void What_is_no_head_is_refused(string head) => Read(head, "GET").Head.ShouldBeNull();

    [Fact]
    public void Headers_keep_their_values_and_their_order_and_hop_by_hop_ones_stay_behind()
    {
        var (_, response) = Read(
            "HTTP/1.1 404 Own Words\r\nServer:  nginx \r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-Own: \xe4\r\nX-Folded: one\r\n two\r\n\tthree\r\nX-Empty:\r\nConnection: X-Hop\r\nX-Hop: 1\r\n"
            + "Keep-Alive: timeout=5\r\nUpgrade: h2c\r\nProxy-Authenticate: Basic\r\nAlt-Svc: h3\r\nContent-Length: 2\r\n\r\n", "GET");

        response.StatusCode.ShouldBe(404);
        response.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseFeature>()!.ReasonPhrase.ShouldBe("Own Words");
        response.Headers.Select(header => $"{header.Key}={string.Join('|', header.Value.ToArray())}").ShouldBe(
            ["Server=nginx", "Set-Cookie=a=1|b=2", "X-Own=\xe4", "X-Folded=one   two  \tthree", "X-Empty=", "Content-Length=2"], ignoreOrder: true);
    }

    [Fact]
    public void A_head_of_thousands_of_lines_is_refused() =>
        Read("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("a:\n", 40_000)) + "\r\n", "GET").Head.ShouldBeNull();

    [Fact]
    public void Random_bytes_are_never_more_than_refused()
    {
        var random = new Random(20261122);
        var parts = new[] { "HTTP/1.1 200 OK", "\r\n", "\n", "\r", ":", " ", "\t", "A", "Content-Length: 1", "Transfer-Encoding: chunked", "Connection: close", "\0", "\xff", "103" };
        for (var round = 0; round < 20_000; round++)
        {
            var text = "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)])) + "\r\n\r\n";
            var bytes = Encoding.Latin1.GetBytes(text);
            var scanned = 0;
            var end = ResponseHead.FindEnd(bytes, ref scanned);

            end.ShouldBeInRange(1, bytes.Length);
            Read(text[..end], "GET");
        }
    }

    private static (ResponseHead? Head, HttpResponse Response) Read(string text, string method)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        var head = default(ResponseHead);
        return (head.TryRead(Encoding.Latin1.GetBytes(text), new ContextDownstream(context, null!), new RepeatedTexts()) ? head : null, context.Response);
    }
}
