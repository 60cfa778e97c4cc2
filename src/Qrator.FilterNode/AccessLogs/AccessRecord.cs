using Microsoft.Extensions.Primitives;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.AccessLogs;

/// <summary>
/// One request as the access log tells it. The head is taken before it is forwarded, which changes it; the strings are those of the request, so that
/// taking it costs next to nothing. Written by the request's thread, then read by the writer's.
/// </summary>
internal sealed class AccessRecord
{
    private const int Fixed = 1_024;

    public AccessRecord(HttpRequest request, string uri)
    {
        Method = request.Method;
        Uri = uri;
        Path = request.Path.Value ?? "";
        Query = request.QueryString.Value is { Length: > 0 } query ? query[1..] : "";
        Protocol = request.Protocol;
        Host = request.Host.Value ?? "";
        ContentLength = request.ContentLength;
        Headers = [.. request.Headers];
        var characters = Uri.Length + Path.Length + Query.Length;
        foreach (var (name, values) in Headers)
        {
            characters += name.Length;
            foreach (var value in values)
            {
                characters += value?.Length ?? 0;
            }
        }

        Bytes = Fixed + (sizeof(char) * characters);
    }

    /// <summary>About what it takes in memory.</summary>
    public int Bytes { get; }

    public string Method { get; }

    /// <summary>The property RequestUri: scheme, host and the raw target.</summary>
    public string Uri { get; }

    public string Path { get; }

    public string Query { get; }

    public string Protocol { get; }

    /// <summary>As received, with the port.</summary>
    public string Host { get; }

    public long? ContentLength { get; }

    public KeyValuePair<string, StringValues>[] Headers { get; }

    /// <summary>What counts the body of the response.</summary>
    public CountedResponseBody? Body { get; set; }

    public DateTimeOffset Time { get; set; }

    public NodeSnapshot Node { get; set; } = null!;

    public string RequestId { get; set; } = "";

    /// <summary>Null when it belongs to none.</summary>
    public string? Service { get; set; }

    public string Listener { get; set; } = "";

    public ClientKey Client { get; set; }

    public ClientKey Peer { get; set; }

    public Outcome Outcome { get; set; }

    public bool Whitelisted { get; set; }

    /// <summary>What the client was answered; 0 for nothing.</summary>
    public int Status { get; set; }

    /// <summary>Bytes of the response's body.</summary>
    public long Sent { get; set; }

    /// <summary>From the arrival to the end.</summary>
    public TimeSpan Took { get; set; }

    /// <summary>The property Duration: the wait for the head of the origin's response; null when none came.</summary>
    public TimeSpan? OriginWait { get; set; }

    public string? Location { get; set; }

    public string? ContentType { get; set; }
}
