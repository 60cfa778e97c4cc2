using Qrator.FilterNode.AccessLogs;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Requests;

/// <summary>Finds out who the visitor is.</summary>
internal sealed class ClientStage : IRequestStage
{
    private readonly RequestStep _next;

    public ClientStage(RequestStep next) => _next = next;

    public Task InvokeAsync(HttpContext context, RequestFeature request)
    {
        request.Client = request.Node.Identity.Of(AddressOf(context.Request, request));
        AccessLog.Begin(context, request);
        return _next(context, request);
    }

    /// <summary>The visitor's address: the peer, or what trusted proxies say.</summary>
    public static ClientKey AddressOf(HttpRequest http, RequestFeature request)
    {
        var proxies = request.Node.TrustedProxies;
        var peer = request.Connection.Peer;
        return proxies.Count > 0 && proxies.Contains(peer) ? ForwardedFor.Client(http.Headers["X-Forwarded-For"], peer, proxies) : peer;
    }
}
