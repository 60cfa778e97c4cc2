using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Bodies;
using Qrator.FilterNode.ErrorPages;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Requests;

/// <summary>
/// Keeps count of the bytes of request bodies in flight: a known length is taken at once, a body of unknown length as it is read. What would go over
/// the limit gets 413. Costs a request without a body nothing.
/// </summary>
internal sealed class BodyStage : IRequestStage
{
    private readonly RequestStep _next;
    private readonly BodyBudget _node;
    private readonly TimeProvider _time;

    public BodyStage(RequestStep next, NodeStore store, TimeProvider time)
    {
        _next = next;
        _node = store.Bodies;
        _time = time;
    }

    public Task InvokeAsync(HttpContext context, RequestFeature request) =>
        context.Request.ContentLength is { } length
            ? length == 0 ? _next(context, request) : ReserveAsync(context, request, length)
            : HasBodyOfUnknownLength(context) ? MeterAsync(context, request) : _next(context, request);

    // What flows after an upgrade, or within an extended CONNECT (RFC 8441), is no request body.
    private static bool HasBodyOfUnknownLength(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
        && context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }
        && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true };

    private async Task ReserveAsync(HttpContext context, RequestFeature request, long length)
    {
        using (var lease = BodyLease.Of(request.Service!, request.Node, _node))
        {
            if (lease.TryTake(length))
            {
                await _next(context, request);
                return;
            }
        }

        await ErrorResponse.WriteAsync(context, request, StatusCodes.Status413PayloadTooLarge, Outcome.BodyLimit);
        await BodyRest.DiscardAsync(context, context.Request.Body, _time);
    }

    private async Task MeterAsync(HttpContext context, RequestFeature request)
    {
        var body = context.Request.Body;
        using (var lease = BodyLease.Of(request.Service!, request.Node, _node))
        {
            context.Request.Body = new MeteredBody(body, lease, request);
            await _next(context, request);
        }

        if (request.Outcome == Outcome.BodyLimit)
        {
            await BodyRest.DiscardAsync(context, body, _time);
        }
    }
}
