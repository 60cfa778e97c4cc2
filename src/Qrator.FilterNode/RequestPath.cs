using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Requests;

namespace Qrator.FilterNode;

/// <summary>The way of a request through the node. Each stage is a class of that name; the order is the contract.</summary>
internal static class RequestPath
{
    public static void UseRequestPath(this IApplicationBuilder app)
    {
        app.UseMiddleware<OutcomeStage>();   // every request ends in one outcome and is counted once
        app.UseMiddleware<ServiceStage>();   // host name -> service; none: drop
        app.UseMiddleware<ClientStage>();    // who is the visitor
        app.UseMiddleware<FilterStage>();    // whitelist, blacklist, header filter
        app.UseMiddleware<MaintenanceStage>(); // the page or the redirect while the site is worked on
        app.UseMiddleware<BodyStage>();      // bytes of request bodies in flight; over the limit: 413
        app.UseMiddleware<ForwardStage>();   // to an origin and back
    }
}
