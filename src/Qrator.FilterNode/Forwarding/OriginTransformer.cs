using System.Net;
using System.Net.Http.Headers;
using Microsoft.Net.Http.Headers;
using Qrator.FilterNode.Forwarding.Http1;
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
    private static readonly UriCreationOptions AsReceived = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly NodeClock _clock;

    public OriginTransformer(NodeClock clock) => _clock = clock;

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var incoming = httpContext.Request;
        var request = httpContext.Features.Get<RequestFeature>()!;
        HopByHop.RemoveNominated(incoming.Headers);
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

        Set(headers, OriginHeaders.ForwardedFor, OriginHeaders.ForwardedForOf(incoming.Headers[OriginHeaders.ForwardedFor], request.Connection.PeerText));
        Set(headers, OriginHeaders.ForwardedProto, OriginHeaders.SchemeOf(incoming, request));
        Set(headers, OriginHeaders.RequestId, request.RequestId);
        proxyRequest.Options.Set(OriginExchange.Key, request.Exchange!);
        proxyRequest.RequestUri = new Uri(destinationPrefix + RequestTarget.OriginForm(httpContext), AsReceived);
    }

    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var copied = base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);

        // Null when the origin did not answer: what the node then says itself triggers no rule.
        if (proxyResponse is not null)
        {
            var request = httpContext.Features.Get<RequestFeature>()!;
            var exchange = request.Exchange!;
            exchange.HeadArrived(_clock.Now);
            if (IsUpgraded(proxyResponse))
            {
                exchange.BecomesTwoWay();
            }
            else
            {
                exchange.Watch(httpContext.Features);
            }

            OriginResponse.Arrived(httpContext, request, _clock.Now);
        }

        return copied;
    }

    // Over HTTP/2 the origin accepts an extended CONNECT by 200 (RFC 8441, section 5).
    private static bool IsUpgraded(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.SwitchingProtocols
        || (response.StatusCode == HttpStatusCode.OK && response.RequestMessage?.Headers.Protocol is not null);

    private static void Set(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }
}
