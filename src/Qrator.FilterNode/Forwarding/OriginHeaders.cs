using Microsoft.Extensions.Primitives;
using Qrator.FilterNode.Requests;

namespace Qrator.FilterNode.Forwarding;

/// <summary>The headers that the node sets in every request to an origin.</summary>
internal static class OriginHeaders
{
    public const string ForwardedFor = "X-Forwarded-For";
    public const string ForwardedProto = "X-Forwarded-Proto";
    public const string RequestId = "X-Qrator-RequestID";

    /// <summary>What the client sent, and the peer behind it.</summary>
    public static string ForwardedForOf(StringValues received, string peer) =>
        StringValues.IsNullOrEmpty(received) ? peer : $"{string.Join(", ", received.ToArray())}, {peer}";

    /// <summary>The scheme. A trusted proxy that ends TLS in front of the node knows better than the node what the visitor used.</summary>
    public static string SchemeOf(HttpRequest incoming, RequestFeature request)
    {
        var proxies = request.Node.TrustedProxies;
        string? received = proxies.Count > 0 ? incoming.Headers[ForwardedProto] : (string?)null;
        return received is "http" or "https" && proxies.Contains(request.Connection.Peer) ? received : incoming.Scheme;
    }
}
