using System.Globalization;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding.Plain;

/// <summary>A connection lives, ends and is counted the same, whether the requests on it are plain or not.</summary>
public sealed class PlainConnectionTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Requests_of_any_kind_follow_each_other_on_a_connection(int seed)
    {
        await using var ways = await TwoWays.StartAsync(Echo);
        var random = new RandomRequests(seed);
        var lengths = new Random(seed);
        for (var i = 0; i < 40; i++)
        {
            // A plain one first, so that what comes then has to be handed on.
            await ways.ShouldAnswerAlikeAsync([Get, .. Enumerable.Range(0, lengths.Next(1, 7)).Select(_ => random.Next())]);
        }

        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
        ways.ShouldHaveLoggedNothing();
    }

    [Theory]
    [InlineData("/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8")]
    [InlineData("/1", "/%32", "/3", "/4")]
    [InlineData("/1", "/2?slow", "/./3", "/4")]
    [InlineData("/%31", "/2")]
    public async Task Pipelined_requests_are_answered_in_their_order(params string[] targets)
    {
        await using var ways = await TwoWays.StartAsync(Echo);

        var answers = await ways.ShouldAgreeAsync(way => PipelineAsync(way, [.. targets.Select(Request), TwoWays.Last], targets.Length + 1), string.Join(' ', targets));

        answers.ShouldBe(string.Join(' ', [.. targets, "/last"]) + " ");
        await ways.ShouldAgreeAsync(way => Task.FromResult(way.Received()), string.Join(' ', targets));
        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
    }

    [Fact]
    public async Task Behind_a_request_that_closes_nothing_is_answered()
    {
        await using var ways = await TwoWays.StartAsync(Echo);

        var answers = await ways.ShouldAgreeAsync(async way =>
        {
            await using var client = await way.ConnectAsync();
            await client.SendAsync(way.Request(Request("/1")) + way.Request("GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") + way.Request(Request("/3")));
            var (first, second) = (await client.ReadResponseAsync("GET"), await client.ReadResponseAsync("GET"));
            var (rest, _) = await client.ReadToEndAsync();
            return $"{first.Body} {second.Body} {second.Closes} {rest}{way.Received()}";
        }, "a request behind the last");

        answers.ShouldStartWith("/1 /2 True GET /1 ");
        answers.ShouldNotContain("/3");
    }

    [Theory]
    [InlineData("\r\n\r\n")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nbroken\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: x\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-Bad: a\u0001b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-Folded: a\r\n b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nBad Name: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-Space : a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET  / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET / HTTP/1.2\r\nHost: x\r\n\r\n")]
    [InlineData("GET / HTTP/2.0\r\nHost: x\r\n\r\n")]
    [InlineData("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    public async Task What_is_no_request_is_refused_alike_first_or_behind_a_good_one(string bytes)
    {
        await using var ways = await TwoWays.StartAsync(Echo);
        foreach (var before in (string[])["", Request("/1")])
        {
            var seen = await ways.ShouldAgreeAsync(async way =>
            {
                await using var client = await way.ConnectAsync();
                await client.SendAsync((before.Length > 0 ? way.Request(before) : "") + bytes + way.Request(TwoWays.Last));
                var responses = new List<WireResponse>();
                do
                {
                    responses.Add(await client.ReadResponseAsync("GET"));
                }
                while (!responses[^1].Closes);

                return string.Join("\n--\n", responses.Select(response => response.Comparable())) + way.Received();
            }, before + bytes);
            seen.ShouldNotContain("/1\n--\n/1");
        }
    }

    [Fact]
    public async Task A_head_is_read_alike_wherever_it_is_cut_in_two()
    {
        const string Cut = "GET /a HTTP/1.1\r\nHost: shop.example\r\nX-Two: 1\r\nCookie: a=b\r\nConnection: keep-alive\r\n\r\n";
        await using var ways = await TwoWays.StartAsync(Echo);
        foreach (var way in ways.Both)
        {
            await way.TalkAsync(Cut);
            var whole = way.Received();
            var request = way.Request(Cut);
            for (var at = 1; at < request.Length; at++)
            {
                await using var client = await way.ConnectAsync();
                await client.SendAsync(request[..at]);
                await client.SendAsync(request[at..]);
                (await client.ReadResponseAsync("GET")).Body.ShouldBe("/a");
                await client.SendAsync(way.Request(TwoWays.Last));
                (await client.ReadResponseAsync("GET")).Body.ShouldBe("/last");
                way.Received().ShouldBe(whole, $"cut at {at}");
            }
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Over_TLS_nothing_is_different(int seed)
    {
        var authority = new TestAuthority();
        using var certificate = authority.Issue("shop.example");
        await using var ways = await TwoWays.StartAsync(
            Echo,
            address =>
            {
                var settings = TlsNode.Settings(address);
                TestNode.Shop(settings)["Hosts"] = new JsonArray("*");
                return settings;
            },
            folder => TlsNode.Write(folder, "shop", certificate, authority),
            "shop.example");
        var random = new RandomRequests(seed);

        (await ways.ShouldAnswerAlikeAsync(Get, Get)).ShouldContain("HTTP/1.1 200 OK");
        ways.Plain.Origin.Heads.ShouldBeEmpty();
        for (var i = 0; i < 40; i++)
        {
            await ways.ShouldAnswerAlikeAsync(random.Next(), random.Next());
        }

        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
        ways.ShouldHaveLoggedNothing();
    }

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 192.0.2.1 1000 80\r\n", "x-forwarded-for: 192.0.2.7\n")]
    [InlineData("PROXY TCP6 2001:db8::7 2001:db8::1 1000 80\r\n", "x-forwarded-for: 2001:db8::7\n")]
    [InlineData("PROXY UNKNOWN\r\n", "x-forwarded-for: 127.0.0.1\n")]
    public async Task Behind_the_PROXY_protocol_the_client_is_the_same(string preamble, string header)
    {
        await using var ways = await TwoWays.StartAsync(Echo, address =>
        {
            var settings = TestNode.Settings(address);
            settings["FilterNode"]!["Listeners"] = JsonNode.Parse("""[ { "Address": "127.0.0.1:0", "ProxyProtocol": true, "TrustedPeers": [ "127.0.0.0/8" ] } ]""");
            return settings;
        });
        ways.Plain.Preamble = ways.Other.Preamble = preamble;

        await ways.ShouldAgreeAsync(way => way.TalkAsync(Get, Get), preamble);

        var received = await ways.ShouldAgreeAsync(way => Task.FromResult(way.Received()), preamble);
        received.Split(header).Length.ShouldBe(4, received);
    }

    [Fact]
    public async Task An_origin_that_cannot_be_reached_is_502_and_the_connection_goes_on()
    {
        await using var ways = await TwoWays.StartAsync(Echo, _ => TestNode.Settings("127.0.0.1:1"));

        (await ways.ShouldAnswerAlikeAsync(Get, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", Get)).Split("HTTP/1.1 502 Bad Gateway").Length.ShouldBe(5);

        await ways.ShouldCountAlikeAsync([.. TwoWays.RequestCounts, "filternode_origin_failures_total"]);
        ways.ShouldHaveLoggedNothing();
    }

    [Fact]
    public async Task A_silent_origin_is_504_after_a_minute_and_loses_its_connection()
    {
        var never = new TaskCompletionSource<OriginScript>();
        await using var ways = await TwoWays.StartAsync(_ => never.Task, address => TestNode.Settings(address));

        var seen = await ways.ShouldAgreeAsync(async way =>
        {
            await using var client = await way.ConnectAsync();
            await way.SendAsync(client, Get);
            await Eventually.Holds(() => way.Origin.Heads.Count == 1, "the request is at the origin");
            way.Node.Time.Advance(TimeSpan.FromSeconds(50));
            var response = client.ReadResponseAsync("GET");
            response.IsCompleted.ShouldBeFalse();
            way.Node.Time.Advance(TimeSpan.FromSeconds(10));
            var text = (await response).Comparable();
            await Eventually.Holds(() => way.Origin.Open == 0, "the origin's connection is free");
            return text;
        }, "a silent origin");

        seen.ShouldStartWith("HTTP/1.1 504 Gateway Timeout\n");
        await ways.ShouldCountAlikeAsync([.. TwoWays.RequestCounts, "filternode_origin_failures_total"]);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhalf")]
    public async Task An_origin_that_goes_silent_within_a_body_has_its_response_cut(string beginning)
    {
        await using var ways = await TwoWays.StartAsync(_ => OriginScript.Of(beginning));

        foreach (var way in ways.Both)
        {
            await using var client = await way.ConnectAsync();
            await way.SendAsync(client, Get);
            (await client.SeesAsync("half")).ShouldBeTrue();
            way.Node.Time.Advance(TimeSpan.FromMinutes(1));
            (await client.ReadResponseAsync("GET")).End.ShouldBe(WireEnd.Cut);
        }

        await ways.ShouldCountAlikeAsync([.. TwoWays.RequestCounts, "filternode_origin_failures_total"]);
    }

    [Fact]
    public async Task A_client_that_leaves_a_silent_origin_is_counted_and_frees_its_connection()
    {
        var never = new TaskCompletionSource<OriginScript>();
        await using var ways = await TwoWays.StartAsync(_ => never.Task, address => TestNode.Settings(address));
        foreach (var way in ways.Both)
        {
            await using (var client = await way.ConnectAsync())
            {
                await way.SendAsync(client, Get);
                await Eventually.Holds(() => way.Origin.Heads.Count == 1, "the request is at the origin");
            }

            await Eventually.Holds(() => way.Origin.Open == 0, "the origin's connection is free");
            await way.Node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}", 1);
            (await way.Node.MetricsAsync()).ShouldNotContain("filternode_origin_failures_total{");
        }

        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
    }

    [Fact]
    public async Task Bytes_are_counted_as_they_were_received_and_sent()
    {
        await using var ways = await TwoWays.StartAsync(Echo);
        foreach (var way in ways.Both)
        {
            using var client = await RawClient.ConnectAsync(way.Node.Address);
            var request = way.Request(Request("/1")) + way.Request(Request("/22?x")) + way.Request(TwoWays.Last);
            await client.SendAsync(request);
            var (text, _) = await client.ReadToEndAsync();

            await way.Node.ShouldComeToAsync("filternode_received_bytes_total{service=\"shop\",traffic=\"passed\"}", request.Length);
            await way.Node.ShouldComeToAsync("filternode_sent_bytes_total{service=\"shop\",traffic=\"passed\"}", text.Length);
        }
    }

    [Fact]
    public async Task An_idle_connection_is_kept_for_more_than_a_minute()
    {
        await using var ways = await TwoWays.StartAsync(Echo);
        foreach (var way in ways.Both)
        {
            await using var client = await way.ConnectAsync();
            for (var i = 0; i < 3; i++)
            {
                await way.SendAsync(client, Get);
                (await client.ReadResponseAsync("GET")).Body.ShouldBe("/");
                way.Node.Time.Advance(TimeSpan.FromSeconds(70));
            }
        }

        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Connection: keep-alive\r\n")]
    [InlineData("Connection: keep-alive, keep-alive\r\n")]
    public async Task When_the_node_stops_idle_connections_end_in_order_and_requests_under_way_are_answered(string connection)
    {
        var answer = new TaskCompletionSource<OriginScript>();
        await using var origin = new ScriptedOrigin(head => head.StartsWith("GET /slow ", StringComparison.Ordinal) ? answer.Task : Task.FromResult(Echo(head)));
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Shutdown"] = new JsonObject { ["Grace"] = "00:00:30", ["Handover"] = "00:00:00" };
        await using var node = await NodeProcess.StartAsync(settings);
        await using var idle = await WireClient.ConnectAsync(node.Address);
        await using var busy = await WireClient.ConnectAsync(node.Address);
        await idle.SendAsync($"GET /1 HTTP/1.1\r\nHost: x\r\n{connection}\r\n");
        (await idle.ReadResponseAsync("GET")).Body.ShouldBe("/1");
        await busy.SendAsync($"GET /1 HTTP/1.1\r\nHost: x\r\n{connection}\r\n");
        (await busy.ReadResponseAsync("GET")).Body.ShouldBe("/1");
        await busy.SendAsync($"GET /slow HTTP/1.1\r\nHost: x\r\n{connection}\r\n");
        await Eventually.Holds(() => origin.Heads.Count == 3, "the request is at the origin");

        var exit = node.TerminateAsync();

        (await idle.ReadToEndAsync()).ShouldBe(("", false));
        await Eventually.Holds(() => RawClient.IsRefusedAsync(node.Address), "nothing listens any more");
        answer.SetResult(OriginScript.Ok);
        var last = await busy.ReadResponseAsync("GET");
        (last.Body, last.End).ShouldBe(("ok", WireEnd.Complete));
        (await busy.ReadToEndAsync()).ShouldBe(("", false));
        (await exit).ShouldBe(0);
    }

    private static async Task<string> PipelineAsync(Way way, IReadOnlyList<string> requests, int answers)
    {
        await using var client = await way.ConnectAsync();
        await way.SendAsync(client, requests);
        var bodies = "";
        for (var i = 0; i < answers; i++)
        {
            bodies += (await client.ReadResponseAsync("GET")).Body + " ";
        }

        return bodies;
    }

    private static string Request(string target) => $"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n";

    private static OriginScript Echo(string head)
    {
        var target = head.Split(' ')[1];
        var body = head.StartsWith("HEAD ", StringComparison.Ordinal) ? "" : target;
        return OriginScript.Of(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {target.Length}\r\n\r\n{body}"));
    }
}
