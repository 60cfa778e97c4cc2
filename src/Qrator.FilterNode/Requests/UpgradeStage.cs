using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Guarding;

namespace Qrator.FilterNode.Requests;

/// <summary>Lets the guard of an HTTP/1 connection know when the origin accepts an upgrade: what follows are no requests any more.</summary>
internal sealed class UpgradeStage
{
    private readonly RequestDelegate _next;

    public UpgradeStage(RequestDelegate next) => _next = next;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.Upgrade.Count > 0
            && context.Features.Get<RequestFeature>()!.Connection.Guard is { } guard
            && context.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
        {
            context.Features.Set<IHttpUpgradeFeature>(new GuardedUpgrade(upgrade, guard));
        }

        return _next(context);
    }
}
