using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A node with an origin of its own, to which all requests go on one way: as plain ones, or as such that are none and mean the same.</summary>
public sealed partial class Way : IAsyncDisposable
{
    private readonly bool _isPlain;
    private readonly string? _serverName;

    private Way(bool isPlain, ScriptedOrigin origin, TestNode node, string? serverName)
    {
        _isPlain = isPlain;
        _serverName = serverName;
        Origin = origin;
        Node = node;
    }

    public ScriptedOrigin Origin { get; }

    public TestNode Node { get; }

    /// <summary>Requests that were sent, each of which the node answered or dropped.</summary>
    public int Asked { get; private set; }

    /// <summary>Sent before a connection's first request.</summary>
    public string Preamble { get; set; } = "";

    /// <summary>Starts both.</summary>
    public static async Task<Way> StartAsync(bool isPlain, Func<string, Task<OriginScript>> answer, Func<string, JsonObject> settings, Action<string>? prepare, string? serverName)
    {
        var origin = new ScriptedOrigin(answer);
        return new(isPlain, origin, await TestNode.StartAsync(settings(origin.Address), prepare), serverName);
    }

    /// <summary>
    /// A plain request, for this way. Options of the header Connection may be said twice (RFC 9110, section 7.6.1); without the header a connection stays, or on
    /// HTTP/1.0 ends.
    /// </summary>
    public string Request(string plain) =>
        _isPlain ? plain
        : Connection().IsMatch(plain) ? Connection().Replace(plain, "$1, $2\r\n")
        : HeadEnd().Replace(plain, $"\r\nConnection: {(plain.Contains(" HTTP/1.0\r\n", StringComparison.Ordinal) ? "close, close" : "keep-alive, keep-alive")}\r\n\r\n", 1);

    public Task<WireClient> ConnectAsync() => WireClient.ConnectAsync(Node.Address, _serverName);

    /// <summary>Asks in one piece of bytes.</summary>
    public Task SendAsync(WireClient client, params IReadOnlyList<string> requests)
    {
        Asked += requests.Count;
        return client.SendAsync(string.Concat(requests.Select(Request)));
    }

    /// <summary>One request after the other on one connection, and a last one that ends it, or as many as the node answers.</summary>
    public async Task<string> TalkAsync(params IReadOnlyList<string> requests)
    {
        await using var client = await ConnectAsync();
        var said = new List<string>();
        foreach (var request in (IReadOnlyList<string>)[.. requests, TwoWays.Last])
        {
            Asked++;
            await client.SendAsync((said.Count == 0 ? Preamble : "") + Request(request));
            var response = await client.ReadResponseAsync(request.Split(' ')[0]);
            said.Add(response.Comparable());
            if (response.Closes)
            {
                break;
            }
        }

        var (rest, _) = await client.ReadToEndAsync();
        return string.Join("\n--\n", [.. said, rest]);
    }

    /// <summary>What its origin got since the last time, but for what differs from request to request.</summary>
    public string Received()
    {
        var heads = new List<string>();
        while (Origin.Heads.TryDequeue(out var head))
        {
            heads.Add(head);
        }

        // A request may meet a connection that the origin has just closed, and is then sent again.
        return string.Join("--\n", heads.Distinct().Select(head => HeadText.Sorted(head, Value)));
    }

    /// <summary>The series of the metrics that count, for the public listeners.</summary>
    public async Task<string> CountsAsync(IReadOnlyList<string> families) =>
        string.Join('\n', (await Node.MetricsAsync()).Split('\n')
            .Where(line => families.Any(family => line.StartsWith(family + "{", StringComparison.Ordinal)))
            .Select(line => line.Replace(Origin.Address, "(origin)", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));

    /// <summary>How many requests have ended.</summary>
    public async Task<double> EndedAsync() =>
        (await Node.MetricsAsync()).Split('\n')
            .Where(line => line.StartsWith("filternode_requests_total{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The lines of the access log, but for what differs from request to request, in any order: a client knows of the end of its request before the log does.</summary>
    public async Task<string> LoggedAsync()
    {
        await Eventually.Holds(
            async () =>
            {
                // The writer waits on the node's clock, which may stand still.
                Node.Time.Advance(TimeSpan.FromSeconds(1));
                return await Node.MetricAsync("filternode_access_log_requests_total{result=\"written\"}") == Asked;
            },
            $"{Asked} requests are in the log");
        return string.Join('\n', File.ReadLines(Path.Combine(Node.Folder, "access.log")).Select(Record).Order(StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await Origin.DisposeAsync();
    }

    private string Value(string name, string value)
    {
        name.Equals("Connection", StringComparison.OrdinalIgnoreCase).ShouldBeFalse("an option of the client's connection went to the origin");
        if (name == "X-Qrator-RequestID")
        {
            value.ShouldMatch("^[0-9a-f]{32}$");
            return "(id)";
        }

        return value.Replace(Origin.Address, "(origin)", StringComparison.Ordinal);
    }

    private static string Record(string line)
    {
        var record = JsonNode.Parse(line)!.AsObject();
        foreach (var name in (string[])["time", "request_id", "took"])
        {
            record.Remove(name).ShouldBeTrue(name);
        }

        record["duration"] = record["duration"] is null ? "none" : "some";
        record["listener"] = "one";
        var headers = record["headers"]!.AsObject();
        record["headers"] = string.Join('\n', headers
            .Where(header => !header.Key.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            .Select(header => $"{header.Key.ToLowerInvariant()}: {header.Value!.ToJsonString()}")
            .Order(StringComparer.Ordinal));
        return record.ToJsonString();
    }

    [GeneratedRegex(@"(?<=\r\n)(Connection:[ \t]*(keep-alive|close))[ \t]*\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex Connection();

    [GeneratedRegex("\r\n\r\n")]
    private static partial Regex HeadEnd();
}
