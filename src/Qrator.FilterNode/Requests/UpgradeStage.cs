using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Guarding;

namespace Qrator.FilterNode.Requests;

/// <summary>Lets the guard of an HTTP/1 connection know when the origin accepts an upgrade: what follows are no requests any more.</summary>
internal sealed class UpgradeStage : IRequestStage
{
    private readonly RequestStep _next;

    public UpgradeStage(RequestStep next) => _next = next;

    public Task InvokeAsync(HttpContext context, RequestFeature request)
    {
        if (context.Request.Headers.Upgrade.Count > 0
            && request.Connection.Guard is { } guard
            && context.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
        {
            context.Features.Set<IHttpUpgradeFeature>(new GuardedUpgrade(upgrade, guard));
        }

        return _next(context, request);
    }
}
