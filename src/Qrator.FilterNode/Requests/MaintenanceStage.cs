using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.ErrorPages;
using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Requests;

/// <summary>While the site is worked on, answers every visitor with the page or the redirect. It is no filter: it holds for whitelisted clients too.</summary>
internal sealed class MaintenanceStage : IRequestStage
{
    private readonly RequestStep _next;
    private readonly NodeClock _clock;

    public MaintenanceStage(RequestStep next, NodeClock clock)
    {
        _next = next;
        _clock = clock;
    }

    public Task InvokeAsync(HttpContext context, RequestFeature request)
    {
        var maintenance = request.Service!.Maintenance;
        if (!maintenance.IsOn(_clock, out var retryAfterSeconds))
        {
            return _next(context, request);
        }

        return maintenance.RedirectTo is { } place && LeadsElsewhere(context, place)
            ? Redirect(context, request, place)
            : ErrorResponse.WriteAsync(context, request, StatusCodes.Status503ServiceUnavailable, Outcome.Maintenance, retryAfterSeconds, maintenance.Page);
    }

    // A gRPC client has no use for a redirect, and one to where it stands would send a browser round in circles.
    private static bool LeadsElsewhere(HttpContext context, RedirectTarget place) =>
        !ErrorResponse.IsGrpc(context.Request) && !place.IsAskedFor(context.Request.Host.Value, RequestTarget.OriginForm(context));

    private static Task Redirect(HttpContext context, RequestFeature request, RedirectTarget place)
    {
        request.Outcome = Outcome.Maintenance;
        var response = context.Response;
        response.StatusCode = StatusCodes.Status302Found;
        response.Headers.Location = place.ToString();
        response.Headers.CacheControl = "no-store";
        response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
