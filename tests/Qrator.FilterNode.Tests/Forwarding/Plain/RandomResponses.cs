using System.Globalization;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding.Plain;

/// <summary>Responses of origins, most of them good, in any framing and any pieces; the others are none, or end too early.</summary>
internal sealed class RandomResponses(int seed)
{
    private static readonly string[] StatusLines =
    [
        "200 OK", "200 OK", "200 OK", "200 OK", "206 Partial Content", "301 Moved Permanently", "302 Found", "304 Not Modified", "204 No Content", "205 Reset Content",
        "400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "418 I'm a teapot", "429 Too Many Requests", "500 Internal Server Error", "502 Bad Gateway",
        "503 Service Unavailable", "504 Gateway Timeout", "200 ", "200", "200 Odd reason", "200 caf\u00e9", "299 Of nobody", "599 x", "999 x", "200 OK\twith a tab", "404 OK", "304 x",
    ];

    private static readonly string[] OddStatusLines = ["20 OK", "2000 OK", "abc OK", "199 x", "099 x", "+20 OK", "200\tOK", "200 OK\u0001", "101 Switching Protocols", "200 OK\r"];

    private static readonly string[] Headers =
    [
        "Content-Type: text/html; charset=utf-8", "content-type: text/plain", "Server: origin/1.0", "Set-Cookie: a=1; Path=/", "Set-Cookie: b=2", "set-cookie: c=\"x, y\"", "Date: Thu, 01 Jan 2015 00:00:00 GMT",
        "ETag: \"x\"", "Last-Modified: Thu, 01 Jan 2015 00:00:00 GMT", "Cache-Control: no-cache", "Cache-Control: private", "Vary: Accept", "vary: Origin", "Location: /else?a=%20", "X-Custom: caf\u00e9 \u00ff",
        "X-Empty:", "X-Spaces: \t a b \t ", "x-lower: 1", "X-Lower: 2", "Keep-Alive: timeout=5", "Proxy-Authenticate: Basic", "WWW-Authenticate: Basic realm=\"x\"", "Alt-Svc: h3=\":443\"",
        "Upgrade: h2c", "Trailer: X-Trailer", "Content-Encoding: gzip", "Content-Length-X: 1", "Age: 0", "Close: x", "TE: x", "Via: 1.1 x", "X-Qrator-RequestID: forged", "X-Forwarded-For: 1.2.3.4",
        "!#$%&'*+-.^_`|~: x", "X-Folded: a\r\n b\r\n\tc", "X-Colon::", "Retry-After: 5", "Strict-Transport-Security: max-age=1", "Accept-Ranges: bytes", "Content-Range: bytes 0-1/2", "X-Foo: nominated",
        "Link: </a>; rel=preload", "HTTP2-Settings: x", "Connection: X-Foo", "Connection: keep-alive", "connection: Keep-Alive, Set-Cookie", "Connection: close", "Connection: CLOSE, x-foo", "Connection: content-type, close",
    ];

    private static readonly string[] OddHeaders = ["broken", "bro ken: x", ": x", "X-Bad: a\u0001b", "X-Bad: a\rb", "X-Bad : x", "Content-Length: +4", "Content-Length: 4, 4", "Content-Length:", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "caf\u00e9: x", "X-Null: \0", "X-Del: \u007f"];

    private static readonly string[] Interim = ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nSet-Cookie: early=1\r\n\r\n"];

    private readonly Random _random = new(seed);

    /// <summary>An answer to a request with this method.</summary>
    public OriginScript Next(string method)
    {
        if (_random.Next(25) == 0)
        {
            // No answer, garbage, a beginning, more than a head may have.
            return OriginScript.Closing(Pick("", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "\0\u0001\u00ff\r\n\r\n", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/2 200\r\n\r\n", "HTTP/1.2 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n", $"HTTP/1.1 200 OK\r\nX: {new string('x', 140_000)}\r\n\r\n"));
        }

        var lines = new List<string>();
        for (var i = _random.Next(10); i > 0; i--)
        {
            lines.Add(Pick(Headers));
        }

        if (_random.Next(10) == 0)
        {
            lines.Add($"X-Long: {new string('l', _random.Next(20_000))}");
        }

        if (_random.Next(15) == 0)
        {
            Insert(lines, Pick(OddHeaders));
        }

        var status = _random.Next(25) == 0 ? Pick(OddStatusLines) : Pick(StatusLines);
        var hasBody = method != "HEAD" && !status.StartsWith("204", StringComparison.Ordinal) && !status.StartsWith("304", StringComparison.Ordinal);
        var (body, closes) = Frame(lines, hasBody);
        var end = _random.Next(12) == 0 ? "\n" : "\r\n";
        var head = $"HTTP/1.{(_random.Next(15) == 0 ? '0' : '1')} {status}\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n".Replace("\r\n", end, StringComparison.Ordinal);
        return new(Pieces((_random.Next(10) == 0 ? Pick(Interim) : "") + head + body), closes);
    }

    /// <summary>Says in the head how long the body is, and makes it; behind what is not right, the connection ends.</summary>
    private (string Body, bool Closes) Frame(List<string> lines, bool hasBody)
    {
        var body = _random.Next(8) == 0 ? new string('b', _random.Next(40_000)) : Pick("", "x", "hello", "HTTP/1.1 200 OK\r\n\r\n", "0\r\n\r\n", "caf\u00e9\0\u00ff");
        var cut = _random.Next(12) == 0 && hasBody && body.Length > 0;
        switch (_random.Next(hasBody ? 9 : 4))
        {
            case 0 or 1 or 6 or 7:
                Insert(lines, $"{Pick("Content-Length", "content-length")}: {body.Length}");
                if (_random.Next(20) == 0)
                {
                    Insert(lines, $"Content-Length: {body.Length + _random.Next(2)}");
                }

                return !hasBody ? ("", _random.Next(2) == 0)
                    : cut ? (body[..^1], true)
                    : _random.Next(20) == 0 ? (body + "surplus", true)
                    : (body, _random.Next(4) == 0);
            case 2 or 5:
                Insert(lines, $"{Pick("Transfer-Encoding: chunked", "transfer-encoding: Chunked")}");
                if (_random.Next(12) == 0)
                {
                    Insert(lines, "Content-Length: 3");
                }

                var chunks = hasBody ? Chunks(body) : "";
                return (cut ? chunks[..^_random.Next(1, 3)] : chunks, cut || _random.Next(4) == 0);
            default:
                // As long as the connection.
                return hasBody ? (body, true) : ("", _random.Next(4) == 0);
        }
    }

    private string Chunks(string body)
    {
        var chunks = "";
        while (body.Length > 0)
        {
            var size = _random.Next(1, body.Length + 1);
            var digits = size.ToString(Pick("x", "X", "x4"), CultureInfo.InvariantCulture);
            chunks += $"{digits}{Pick("", "", "", ";ext", ";a=b;c=\"d\"", " ")}\r\n{body[..size]}{(_random.Next(60) == 0 ? "!!" : "\r\n")}";
            body = body[size..];
        }

        return chunks + Pick("0\r\n\r\n", "0\r\n\r\n", "000;x\r\n\r\n", "0\r\nX-Trailer: t\r\nSet-Cookie: late=1\r\n\r\n");
    }

    private List<string> Pieces(string text)
    {
        var pieces = new List<string>();
        while (_random.Next(3) == 0 && text.Length > 1)
        {
            var length = _random.Next(1, text.Length);
            pieces.Add(text[..length]);
            text = text[length..];
        }

        return [.. pieces, text];
    }

    private string Pick(params string[] texts) => texts[_random.Next(texts.Length)];

    private void Insert(List<string> lines, string line) => lines.Insert(_random.Next(lines.Count + 1), line);
}
