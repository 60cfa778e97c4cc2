using Qrator.FilterNode.AccessLogs;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Requests;

/// <summary>Finds out who the visitor is.</summary>
internal sealed class ClientStage
{
    private readonly RequestDelegate _next;

    public ClientStage(RequestDelegate next) => _next = next;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Features.Get<RequestFeature>()!;
        request.Client = request.Node.Identity.Of(AddressOf(context.Request, request));
        AccessLog.Begin(context, request);
        return _next(context);
    }

    /// <summary>The visitor's address: the peer, or what trusted proxies say.</summary>
    public static ClientKey AddressOf(HttpRequest http, RequestFeature request)
    {
        var proxies = request.Node.TrustedProxies;
        var peer = request.Connection.Peer;
        return proxies.Count > 0 && proxies.Contains(peer) ? ForwardedFor.Client(http.Headers["X-Forwarded-For"], peer, proxies) : peer;
    }
}
