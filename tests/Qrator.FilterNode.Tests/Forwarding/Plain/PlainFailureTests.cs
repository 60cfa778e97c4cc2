using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding.Plain;

/// <summary>When the origin or the client fails, the other side, the metrics and the log see the same, whether the request is plain or not.</summary>
public sealed class PlainFailureTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";

    [Fact]
    public async Task An_origin_that_cannot_be_reached_is_502_and_the_connection_goes_on()
    {
        await using var ways = await TwoWays.StartAsync(OriginScript.Echo, _ => TestNode.Settings("127.0.0.1:1"));

        (await ways.ShouldAnswerAlikeAsync(Get, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", Get)).Split("HTTP/1.1 502 Bad Gateway").Length.ShouldBe(5);

        await ways.ShouldCountAlikeAsync([.. TwoWays.RequestCounts, "filternode_origin_failures_total"]);
        ways.ShouldHaveLoggedNothing();
    }

    [Fact]
    public async Task A_response_that_cannot_be_completed_ends_in_a_reset()
    {
        await using var origin = new ScriptedOrigin(_ => Task.FromResult(OriginScript.Closing("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")));
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Get);

        (await client.ReadToEndAsync()).Reset.ShouldBeTrue();
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
}
