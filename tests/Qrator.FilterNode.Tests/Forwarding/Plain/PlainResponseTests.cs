using System.Collections.Concurrent;
using System.Globalization;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding.Plain;

/// <summary>The client gets the same response, whether its request was plain or not, whatever the origin sends.</summary>
public sealed class PlainResponseTests
{
    private const int Pairs = 150;


    private const string Good = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Any_response_arrives_alike(int seed)
    {
        var scripts = new ConcurrentDictionary<string, OriginScript>();
        await using var ways = await TwoWays.StartAsync(head => scripts.GetValueOrDefault(TargetOf(head), OriginScript.Ok));
        var random = new RandomResponses(seed);
        for (var i = 0; i < Pairs; i++)
        {
            var method = i % 4 == 0 ? "HEAD" : "GET";
            var target = $"/{i.ToString(CultureInfo.InvariantCulture)}";
            var script = scripts[target] = random.Next(method);

            // Sent again on the same connection, it meets an origin that answers as before.
            var request = $"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n";
            await ways.ShouldAgreeAsync(way => way.TalkAsync(request, request), $"{request}=> {script}");
        }

        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
        ways.ShouldHaveLoggedNothing();
    }

    public static TheoryData<string, string, string> Named => new()
    {
        { "GET", "", "QRATOR" },
        { "GET", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "QRATOR" },
        { "GET", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\ngood!", "QRATOR" },
        { "GET", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\ngood", "good" },
        { "GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\n", "good" },
        { "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;ext=1\r\ngood\r\n0\r\nX-Trailer: t\r\n\r\n", "good" },
        { "GET", "HTTP/1.1 200 OK\r\n\r\ngood", "good" },
        { "GET", "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ngood", "good" },
        { "GET", "HTTP/1.1 200 OK\nContent-Length: 4\n\ngood", "good" },
        { "GET", "HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Length: 4\r\n\r\ngood", "x-folded: a" },
        { "GET", "HTTP/1.1 200\r\nContent-Length: 4\r\n\r\ngood", "HTTP/1.1 200 OK\n" },
        { "GET", "HTTP/1.1 200 Very caf\u00e9\r\nContent-Length: 4\r\n\r\ngood", "HTTP/1.1 200 Very caf?\n" },
        { "GET", "HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nContent-Length: 4\r\nSet-Cookie: b\r\nset-cookie: a\r\n\r\ngood", "set-cookie: a\nset-cookie: b\nset-cookie: a" },
        { "GET", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood", "good" },
        { "GET", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "QRATOR" },
        { "GET", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "reset" },
        { "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "reset" },
        { "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\nmore\r\n0\r\n\r\n", "reset" },
        { "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\ngood", "HTTP/1.1 204 No Content\n" },
        { "GET", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 205 Reset Content\n" },
        { "GET", "HTTP/1.1 205 Reset Content\r\nContent-Length: 4\r\n\r\nevil", "content-length: 0" },
        { "GET", "HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n", "content-length: 0" },
        { "GET", "HTTP/1.1 205 Reset Content\r\n\r\nevil", "content-length: 0" },
        { "HEAD", "HTTP/1.1 205 Reset Content\r\n\r\n", "content-length: 0" },
        { "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\nETag: \"x\"\r\n\r\n", "content-length: 4" },
        { "GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", "etag: \"x\"" },
        { "GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 304 Not Modified\n" },
        { "GET", "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2015 00:00:00 GMT\r\nConnection: date\r\nContent-Length: 4\r\n\r\ngood", "date: (now)" },
        { "GET", $"HTTP/1.1 200 OK\r\nConnection: {string.Join(',', Enumerable.Range(0, 20_000).Select(static name => name.ToString(CultureInfo.InvariantCulture)))}\r\nContent-Length: 4\r\n\r\ngood", "QRATOR" },
        { "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", "content-length: 4" },
        { "HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\n" },
        { "HEAD", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\n" },
        { "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", "content-length: 4" },
    };

    [Theory]
    [MemberData(nameof(Named))]
    public async Task What_origins_are_known_to_send_arrives_alike_and_as_it_should(string method, string response, string part)
    {
        var script = OriginScript.Closing(response);
        await using var ways = await TwoWays.StartAsync(_ => script);
        var request = $"{method} / HTTP/1.1\r\nHost: x\r\n\r\n";

        var seen = await ways.ShouldAgreeAsync(way => way.TalkAsync(request), $"{request}=> {response}");

        seen.ShouldContain(part);
        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
    }

    [Theory]
    [InlineData("Connection: X-Foo")]
    [InlineData("Connection: close, x-foo")]
    [InlineData("connection: keep-alive\r\nConnection: x-FOO")]
    public async Task What_the_origin_says_to_the_node_alone_stays_behind(string connection)
    {
        await using var ways = await TwoWays.StartAsync(_ =>
            OriginScript.Closing($"HTTP/1.1 200 OK\r\nX-Foo: secret\r\n{connection}\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: x\r\nAlt-Svc: h3\r\nX-Bar: public\r\nContent-Length: 4\r\n\r\ngood"));
        const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

        var seen = await ways.ShouldAgreeAsync(way => way.TalkAsync(Get), connection);

        seen.ShouldContain("x-bar: public");
        seen.ShouldNotContain("secret");
        seen.ShouldNotContain("keep-alive:");
        seen.ShouldNotContain("proxy-");
        seen.ShouldNotContain("alt-svc");
    }

    [Fact]
    public async Task What_an_origin_sends_beyond_its_response_is_nobodys_answer()
    {
        await using var ways = await TwoWays.StartAsync(head => OriginScript.Of(Good + (TargetOf(head) == "/more" ? Good.Replace("good", "evil", StringComparison.Ordinal) : "")));
        const string Get = "GET /more HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n";

        var seen = await ways.ShouldAnswerAlikeAsync(Get, Get, Get);

        seen.ShouldContain("good");
        seen.ShouldNotContain("evil");
    }

    [Fact]
    public async Task A_long_response_arrives_whole()
    {
        var body = string.Concat(Enumerable.Range(0, 60_000).Select(i => i.ToString("x8", CultureInfo.InvariantCulture)));
        await using var ways = await TwoWays.StartAsync(head => TargetOf(head) switch
        {
            "/length" => OriginScript.Of($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
            "/chunks" => OriginScript.Of($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n"),
            "/close" => OriginScript.Closing($"HTTP/1.1 200 OK\r\n\r\n{body}"),
            _ => OriginScript.Ok,
        });

        var seen = await ways.ShouldAnswerAlikeAsync([.. ((string[])["/length", "/chunks", "/close", "/length"]).Select(target => $"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n")]);

        seen.Split(body).Length.ShouldBe(5);
    }

    private static string TargetOf(string head) => head.Split(' ')[1];
}
