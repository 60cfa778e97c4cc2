using System.Net;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Time;
using Yarp.ReverseProxy.Forwarder;

namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// What changes between the client's request and the one that the origin gets: hop-by-hop headers go, X-Forwarded-For, X-Forwarded-Proto
/// and X-Qrator-RequestID are set. The target and all other headers stay byte for byte. On the way back it asks the user rules, when
/// the headers of the origin's response are there. Safe for any number of threads.
/// </summary>
internal sealed class OriginTransformer : HttpTransformer
{
    /// <summary>The header that every request to an origin has.</summary>
    internal const string RequestIdHeader = "X-Qrator-RequestID";

    private const string ForwardedFor = "X-Forwarded-For";
    private const string ForwardedProto = "X-Forwarded-Proto";

    private static readonly UriCreationOptions AsReceived = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly NodeClock _clock;

    public OriginTransformer(NodeClock clock) => _clock = clock;

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var incoming = httpContext.Request;
        var request = httpContext.Features.Get<RequestFeature>()!;
        RemoveNominated(incoming.Headers);
        if (HttpProtocol.IsHttp2(incoming.Protocol))
        {
            // The forwarder makes its own for an extended CONNECT (RFC 8441); a second one would end in an exception.
            incoming.Headers.Remove(HeaderNames.SecWebSocketKey);
            incoming.Headers.Remove(HeaderNames.SecWebSocketAccept);
        }

        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

        var headers = proxyRequest.Headers;
        if (incoming.Headers.TryGetValue(HeaderNames.UpgradeInsecureRequests, out var upgradeInsecure))
        {
            headers.TryAddWithoutValidation(HeaderNames.UpgradeInsecureRequests, (IEnumerable<string?>)upgradeInsecure);
        }

        headers.Remove(ForwardedFor);
        headers.TryAddWithoutValidation(ForwardedFor, AppendPeer(incoming.Headers[ForwardedFor], request.Connection.PeerText));
        headers.Remove(ForwardedProto);
        headers.TryAddWithoutValidation(ForwardedProto, Scheme(incoming, request));
        headers.Remove(RequestIdHeader);
        headers.TryAddWithoutValidation(RequestIdHeader, request.RequestId);
        proxyRequest.Options.Set(OriginExchange.Key, request.Exchange!);
        proxyRequest.RequestUri = new Uri(destinationPrefix + RequestTarget.OriginForm(httpContext), AsReceived);
    }

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        // Null when the origin did not answer: what the node then says itself triggers no rule.
        if (proxyResponse is not null)
        {
            var request = httpContext.Features.Get<RequestFeature>()!;
            request.Exchange!.HeadArrived(httpContext.Features, upgraded: proxyResponse.StatusCode == HttpStatusCode.SwitchingProtocols);
            var now = _clock.Now;
            request.OriginWait = now - request.SentAt;
            request.Service!.Store.Requests.OriginDurations.Count(request.OriginWait);
            if (!request.Whitelisted)
            {
                var response = new OriginResponseView(proxyResponse, TimeSpan.FromTicks(now - request.SentAt));
                RequestFilter.AtResponse(request.Service, request.Client, new HttpRequestView(httpContext, request), response, request.ArrivedAt, now);
            }
        }

        return base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }

    private static string AppendPeer(StringValues received, string peer) =>
        StringValues.IsNullOrEmpty(received) ? peer : $"{string.Join(", ", received.ToArray())}, {peer}";

    // A trusted proxy that ends TLS in front of the node knows better than the node what the visitor used.
    private static string Scheme(HttpRequest incoming, RequestFeature request)
    {
        string? received = incoming.Headers[ForwardedProto];
        return received is "http" or "https" && request.Node.TrustedProxies.Contains(request.Connection.Peer) ? received : incoming.Scheme;
    }

    /// <summary>
    /// Removes the headers that Connection names, which are hop-by-hop (RFC 9110, section 7.6.1). Kestrel cuts a value that has
    /// <c>close</c> or <c>keep-alive</c> in it to that word, so what stood beside it passes.
    /// </summary>
    private static void RemoveNominated(IHeaderDictionary headers)
    {
        var connection = headers.Connection;
        for (var i = 0; i < connection.Count; i++)
        {
            foreach (var range in connection[i].AsSpan().Split(','))
            {
                var name = connection[i].AsSpan()[range].Trim();
                if (!name.IsEmpty && !IsNeeded(name))
                {
                    headers.Remove(name.ToString());
                }
            }
        }
    }

    // keep-alive and close are options, not headers; Upgrade is handled by the forwarder; what frames or routes the message must stay,
    // whatever a client says about it.
    private static bool IsNeeded(ReadOnlySpan<char> name) =>
        name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
        || name.Equals("close", StringComparison.OrdinalIgnoreCase)
        || name.Equals("upgrade", StringComparison.OrdinalIgnoreCase)
        || name.Equals("host", StringComparison.OrdinalIgnoreCase)
        || name.Equals("content-length", StringComparison.OrdinalIgnoreCase)
        || name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("te", StringComparison.OrdinalIgnoreCase)
        || name.Equals(ForwardedFor, StringComparison.OrdinalIgnoreCase);
}
