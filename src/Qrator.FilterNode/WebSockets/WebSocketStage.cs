using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Requests;

namespace Qrator.FilterNode.WebSockets;

/// <summary>
/// Puts itself between the forwarder and a connection that becomes a WebSocket, so that the node can end it properly when it stops.
/// </summary>
internal sealed class WebSocketStage : IRequestStage
{
    private readonly RequestStep _next;
    private readonly CancellationToken _stopping;

    public WebSocketStage(RequestStep next, IHostApplicationLifetime lifetime)
    {
        _next = next;
        _stopping = lifetime.ApplicationStopping;
    }

    public Task InvokeAsync(HttpContext context, RequestFeature request)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } offered ? offered : null;
        var connect = context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } asked ? asked : null;
        return upgrade is null && connect is null ? _next(context, request) : InvokeAsync(context, request, upgrade, connect);
    }

    private async Task InvokeAsync(HttpContext context, RequestFeature request, IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect)
    {
        using var socket = new EndableWebSocket(upgrade, connect, context.Features.Get<RequestFeature>()!, _stopping);
        if (upgrade is not null)
        {
            context.Features.Set<IHttpUpgradeFeature>(socket);
        }

        if (connect is not null)
        {
            context.Features.Set<IHttpExtendedConnectFeature>(socket);
        }

        await _next(context, request);
    }
}
