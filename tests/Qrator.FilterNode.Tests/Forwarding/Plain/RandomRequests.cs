namespace Qrator.FilterNode.Forwarding.Plain;

/// <summary>Heads of requests without a body, most of them good, some of them odd, a few of them none.</summary>
internal sealed class RandomRequests(int seed)
{
    private static readonly string[] Usual =
    [
        "User-Agent", "Accept", "Accept-Encoding", "Accept-Language", "Cache-Control", "Pragma", "Referer", "Cookie", "If-None-Match", "If-Modified-Since",
        "Range", "Origin", "DNT", "Sec-Fetch-Mode", "Upgrade-Insecure-Requests", "Authorization", "Priority", "Via", "Forwarded", "From",
    ];

    private static readonly string[] Unknown =
    [
        "X-Custom", "x-lower", "X_Under_Score", "X.Dot", "!#$%&'*+-.^_`|~", "A", "0", "X-Real-IP", "Close", "Alt-Svc", "ALPN", "HTTP2-Settings", "Security-Scheme",
        "Accept-CH", "Hosts", "Hos", "Connections", "Content-Lengt", "Content-Type", "Content-Encoding", "Date", "Trailer", "Early-Data", "Max-Forwards",
        "X-Forwarded-Host", "X-Forwarded-Port", "X-Qrator-RequestIDs", "Origin-Trial", new('N', 300),
    ];

    // These are the node's to set, whatever the client says.
    private static readonly string[] Forged = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Qrator-RequestID", "x-forwarded-for", "X-QRATOR-REQUESTID", "x-Forwarded-proto"];

    private static readonly string[] Hops =
        ["Keep-Alive: timeout=5", "TE: trailers", "Upgrade: h2c", "Upgrade: websocket", "Proxy-Connection: keep-alive", "Proxy-Authorization: x", "Expect: 100-continue", "Content-Length: 0"];

    private static readonly string[] Values =
    [
        "", "a", "text/html, */*;q=0.8", "a=1; b=2; c=\"x y\"", "caf\u00e9", "\u00ff\u0080\u00a0", "\"quoted\\\"\"", "a  b\tc", "http://[::1]/", "1.2.3.4", "1.2.3.4, 5.6.7.8", "https",
        "0123456789abcdef0123456789abcdef", "keep-alive", "close", "gzip, deflate, br", "W/\"etag\"", "bytes=0-10", ":", ",", ";", "%00", "chunked",
    ];

    private static readonly string[] Spaces = ["", " ", " ", " ", "  ", "\t", " \t "];

    private static readonly string[] Hosts =
    [
        "x", "shop.example", "shop.example:8080", "SHOP.Example", "[::1]", "[::1]:80", "shop.example.", "a_b.c", "127.0.0.1", "xn--80ak6aa92e.com", "a-b", "x:80",
        "x:", "x:99999", "x:port", "x y", "x/y", "u@x", "x,y", "[::1", "\u00e9", "x?y", "x#y", "-", ".", "%78", "",
    ];

    private const int PlainHosts = 12;

    private static readonly string[] Targets =
    [
        "/", "/", "/path", "/a/b/c.html", "/?q=1", "/a?b=%20c&d=%zz", "/a?%", "//", "//a//b", "/a;b=c;d", "/a:b@c", "/a'b(c)*!$,+=", "/a?b?c=/../d", "/a.b/.c", "/a..b", "/...", "/~x",
        "/a?x=<>\"{}|\\^`", "/a|b", "/a\"b", "/a<b>", "/a[b]", "/a\\b", "/?", "/??", "/a?http://x/", "/.", "/..", "/a/.", "/a/..", "/a/./b", "/a/../b", "/../../a", "/.hidden", "/a/.b",
        "/%41", "/%2e%2e/a", "/%2F", "/%", "/%0d%0a", "/%c3%a9", "/\u00e9", "/?\u00e9", "/a#b", "/?a#b", "*", "x", "?", "", "http://x/", "http://shop.example/a?b", "http://other.example/a", "HTTP://x/",
        "http://x", "http://x?a", "https://x/a", "ftp://x/",
    ];

    private static readonly string[] Methods = ["GET", "GET", "GET", "GET", "GET", "HEAD", "HEAD", "OPTIONS", "POST", "DELETE", "get", "Get", "GETS", "PROPFIND", "TRACE"];

    private readonly Random _random = new(seed);

    /// <summary>A request whose answer leaves the connection open, if anything is wrong with it or it says so: not.</summary>
    public string Next()
    {
        var lines = new List<string>();
        var headers = _random.Next(12) == 0 ? _random.Next(90) : _random.Next(12);
        for (var i = 0; i < headers; i++)
        {
            lines.Add(Header());
        }

        // A repeated name, not beside the first.
        if (lines.Count > 0 && _random.Next(3) == 0)
        {
            Insert(lines, $"{OddCase(lines[_random.Next(lines.Count)].Split(':')[0])}: {Pick(Values)}");
        }

        if (_random.Next(12) == 0)
        {
            Insert(lines, Pick(Hops));
        }

        var isOld = _random.Next(15) == 0;
        if (!isOld || _random.Next(2) == 0)
        {
            Insert(lines, $"{(_random.Next(6) == 0 ? OddCase("Host") : "Host")}:{Pick(Spaces)}{Host()}{Pick(Spaces)}");
        }

        if (_random.Next(40) == 0)
        {
            Insert(lines, "Host: second");
        }

        // Always there where the number of headers is near its limit.
        if (headers > 20 || _random.Next(2) == 0)
        {
            Insert(lines, $"{OddCase("Connection")}: {(_random.Next(8) == 0 ? "close" : _random.Next(8) == 0 ? "Keep-Alive" : "keep-alive")}");
        }

        return $"{Pick(Methods)} {Target()} HTTP/1.{(isOld ? '0' : '1')}\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n";
    }

    private string Header()
    {
        var name = _random.Next(10) switch
        {
            < 6 => Pick(Usual),
            < 9 => Pick(Unknown),
            _ => Pick(Forged),
        };
        var value = _random.Next(30) == 0 ? new string((char)_random.Next('!', '~'), _random.Next(1, 3_000)) : Pick(Values);
        return $"{(_random.Next(4) == 0 ? OddCase(name) : name)}:{Pick(Spaces)}{value}{(_random.Next(4) == 0 ? Pick(Spaces) : "")}";
    }

    private string Host() => _random.Next(8) == 0 ? Pick(Hosts) : Hosts[_random.Next(PlainHosts)];

    private string Target() => _random.Next(20) switch
    {
        // The longest request line is 8 KB.
        0 => "/" + new string('a', _random.Next(8_100, 8_300)),
        1 => "/?" + new string('q', _random.Next(1, 8_000)),
        < 10 => $"/{_random.Next(1_000)}",
        _ => Pick(Targets),
    };

    private string OddCase(string name) => string.Concat(name.Select(letter => _random.Next(2) == 0 ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter)));

    private string Pick(string[] texts) => texts[_random.Next(texts.Length)];

    private void Insert(List<string> lines, string line) => lines.Insert(_random.Next(lines.Count + 1), line);
}
