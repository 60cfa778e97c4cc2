using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.WebSockets;

namespace Qrator.FilterNode;

/// <summary>
/// The way of a request through the node. Each stage is a class of that name; the order is the contract, which <see cref="Plain.PlainPath"/> keeps too.
/// </summary>
internal static class RequestPath
{
    private static readonly Type[] Stages =
    [
        typeof(ServiceStage),     // host name -> service; none: drop
        typeof(UpgradeStage),     // bytes behind an upgrade are no requests any more
        typeof(ClientStage),      // who is the visitor
        typeof(FilterStage),      // whitelist, blacklist, header filter
        typeof(MaintenanceStage), // the page or the redirect while the site is worked on
        typeof(BodyStage),        // bytes of request bodies in flight; over the limit: 413
        typeof(WebSocketStage),   // lets a WebSocket be ended by the node when it stops
    ];

    public static void UseRequestPath(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        RequestStep path = ActivatorUtilities.CreateInstance<ForwardStage>(services).InvokeAsync; // to an origin and back
        for (var i = Stages.Length - 1; i >= 0; i--)
        {
            path = ((IRequestStage)ActivatorUtilities.CreateInstance(services, Stages[i], path)).InvokeAsync;
        }

        // Around all: every request ends in one outcome and is counted once.
        app.Run(ActivatorUtilities.CreateInstance<OutcomeStage>(services, path).InvokeAsync);
    }
}
