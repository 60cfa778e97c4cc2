using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding.Plain;

/// <summary>Where one request ends and the next begins is the same on a connection, whether they are plain or not.</summary>
public sealed class PlainOrderTests
{
    [Theory]
    [InlineData("/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8")]
    [InlineData("/1", "/%32", "/3", "/4")]
    [InlineData("/1", "/2?slow", "/./3", "/4")]
    [InlineData("/%31", "/2")]
    public async Task Pipelined_requests_are_answered_in_their_order(params string[] targets)
    {
        await using var ways = await TwoWays.StartAsync(OriginScript.Echo);

        var answers = await ways.ShouldAgreeAsync(way => PipelineAsync(way, [.. targets.Select(Request), TwoWays.Last], targets.Length + 1), string.Join(' ', targets));

        answers.ShouldBe(string.Join(' ', [.. targets, "/last"]) + " ");
        await ways.ShouldAgreeAsync(way => Task.FromResult(way.Received()), string.Join(' ', targets));
        await ways.ShouldCountAlikeAsync(TwoWays.RequestCounts);
    }

    [Fact]
    public async Task Behind_a_request_that_closes_nothing_is_answered()
    {
        await using var ways = await TwoWays.StartAsync(OriginScript.Echo);

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
        await using var ways = await TwoWays.StartAsync(OriginScript.Echo);
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
        await using var ways = await TwoWays.StartAsync(OriginScript.Echo);
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
}
