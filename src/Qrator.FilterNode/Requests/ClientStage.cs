using Qrator.FilterNode.AccessLogs;

namespace Qrator.FilterNode.Requests;

/// <summary>Finds out who the visitor is.</summary>
internal sealed class ClientStage
{
    private readonly RequestDelegate _next;

    public ClientStage(RequestDelegate next) => _next = next;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Features.Get<RequestFeature>()!;
        var proxies = request.Node.TrustedProxies;
        var peer = request.Connection.Peer;
        var address = proxies.Count > 0 && proxies.Contains(peer)
            ? ForwardedFor.Client(context.Request.Headers["X-Forwarded-For"], peer, proxies)
            : peer;
        request.Client = request.Node.Identity.Of(address);
        AccessLog.Begin(context, request);
        return _next(context);
    }
}
