using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding.Plain;

/// <summary>The origin gets the same request, and the client the same answer, whether a request is plain or not.</summary>
public sealed class PlainRequestTests
{
    private const int Pairs = 150;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Any_head_arrives_alike(int seed)
    {
        await using var ways = await TwoWays.StartAsync(Answer, address => Settings(address, isLogged: seed % 2 == 0));
        var random = new RandomRequests(seed);
        for (var i = 0; i < Pairs; i++)
        {
            await ways.ShouldAnswerAlikeAsync(random.Next());
        }

        await ways.ShouldCountAlikeAsync([.. TwoWays.RequestCounts, "filternode_origin_failures_total", "filternode_sent_bytes_total"]);
        ways.ShouldHaveLoggedNothing();
    }

    private static JsonObject Settings(string address, bool isLogged)
    {
        var settings = TestNode.Settings(address);
        if (isLogged)
        {
            settings["FilterNode"]!["AccessLog"] = new JsonObject { ["Path"] = "access.log", ["Format"] = "Json" };
        }

        return settings;
    }

    private static OriginScript Answer(string head) =>
        head.StartsWith("HEAD ", StringComparison.Ordinal) ? OriginScript.Of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n") : OriginScript.Ok;
}
