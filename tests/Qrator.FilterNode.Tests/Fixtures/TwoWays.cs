using System.Text.Json.Nodes;

namespace Qrator.FilterNode.Fixtures;

/// <summary>
/// Two nodes with the same configuration in front of two origins that answer alike. One gets requests that are plain, the other the same ones in a form that is
/// not: whatever shortcut plain requests take, nobody outside may see a difference but in the order of headers.
/// </summary>
public sealed class TwoWays : IAsyncDisposable
{
    /// <summary>The request behind which a connection is over.</summary>
    public const string Last = "GET /last HTTP/1.1\r\nHost: x\r\nUser-Agent: last\r\nConnection: close\r\n\r\n";

    /// <summary>The metrics that count requests and what comes of them, whatever happened to the connections to the origin.</summary>
    public static readonly IReadOnlyList<string> RequestCounts =
    [
        "filternode_requests_total", "filternode_responses_total", "filternode_request_duration_seconds_count", "filternode_origin_duration_seconds_count",
        "filternode_rule_hits_total", "filternode_list_entries", "filternode_list_changes_total", "filternode_inflight_body_bytes",
        "filternode_connections", "filternode_connections_total", "filternode_connections_dropped_total", "filternode_protocol_violations_total",
        "filternode_access_log_requests_total",
    ];

    private TwoWays(Way plain, Way other)
    {
        Plain = plain;
        Other = other;
    }

    public Way Plain { get; }

    public Way Other { get; }

    public IEnumerable<Way> Both => [Plain, Other];

    /// <summary>Two nodes with the smallest configuration.</summary>
    public static Task<TwoWays> StartAsync(Func<string, OriginScript> answer) => StartAsync(answer, address => TestNode.Settings(address));

    /// <summary>Two nodes with a configuration that is made for the address of the origin.</summary>
    public static Task<TwoWays> StartAsync(
        Func<string, OriginScript> answer, Func<string, JsonObject> settings, Action<string>? prepare = null, string? serverName = null) =>
        StartAsync(head => Task.FromResult(answer(head)), settings, prepare, serverName);

    /// <summary>Two nodes with origins that may take their time.</summary>
    public static async Task<TwoWays> StartAsync(
        Func<string, Task<OriginScript>> answer, Func<string, JsonObject> settings, Action<string>? prepare = null, string? serverName = null) => new(
            await Way.StartAsync(isPlain: true, answer, settings, prepare, serverName),
            await Way.StartAsync(isPlain: false, answer, settings, prepare, serverName));

    /// <summary>The same on both ways, one after the other; what is seen must be the same.</summary>
    /// <returns>What was seen.</returns>
    public async Task<string> ShouldAgreeAsync(Func<Way, Task<string>> seen, string about)
    {
        var plain = await seen(Plain);
        var other = await seen(Other);
        if (plain != other)
        {
            throw new ShouldAssertException($"{HeadText.Difference(plain, other)}\n=== asked ===\n{HeadText.Shown(about)}\n=== plain ===\n{HeadText.Shown(plain)}\n=== other ===\n{HeadText.Shown(other)}");
        }

        return plain;
    }

    /// <summary>These requests on one connection: answers and what the origin got must be the same.</summary>
    /// <returns>The answers.</returns>
    public async Task<string> ShouldAnswerAlikeAsync(params IReadOnlyList<string> requests)
    {
        var about = string.Join("\n", requests);
        var answers = await ShouldAgreeAsync(way => way.TalkAsync(requests), about);
        await ShouldAgreeAsync(way => Task.FromResult(way.Received()), $"{about}\n=> {answers}");
        return answers;
    }

    /// <summary>Waits for these metrics to be the same: a request is counted a moment after its client has seen the end.</summary>
    public async Task ShouldCountAlikeAsync(params IReadOnlyList<string> families)
    {
        foreach (var way in Both)
        {
            await Eventually.Holds(async () => await way.EndedAsync() == way.Asked, "each request is counted once");
        }

        var (plain, other) = ("", "");
        try
        {
            await Eventually.Holds(async () => (plain = await Plain.CountsAsync(families)) == (other = await Other.CountsAsync(families)), "the metrics are the same");
        }
        catch (TimeoutException)
        {
            plain.Split('\n').Except(other.Split('\n')).ShouldBe(other.Split('\n').Except(plain.Split('\n')));
        }
    }

    /// <summary>What a stranger or an origin can cause is counted, never logged.</summary>
    public void ShouldHaveLoggedNothing() =>
        Plain.Node.Log.Lines.Concat(Other.Node.Log.Lines)
            .Where(line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal))
            .ShouldBeEmpty();

    public async ValueTask DisposeAsync()
    {
        await Plain.DisposeAsync();
        await Other.DisposeAsync();
    }
}
