using Qrator.FilterNode.AccessLogs;

namespace Qrator.FilterNode.Requests;

/// <summary>Finds out who the visitor is.</summary>
internal sealed class ClientStage : IRequestStage
{
    private readonly RequestStep _next;

    public ClientStage(RequestStep next) => _next = next;

    public Task InvokeAsync(HttpContext context, RequestFeature request)
    {
        var proxies = request.Node.TrustedProxies;
        var peer = request.Connection.Peer;
        var address = proxies.Count > 0 && proxies.Contains(peer)
            ? ForwardedFor.Client(context.Request.Headers["X-Forwarded-For"], peer, proxies)
            : peer;
        request.Client = request.Node.Identity.Of(address);
        AccessLog.Begin(context, request);
        return _next(context, request);
    }
}
