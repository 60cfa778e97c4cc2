using Qrator.FilterNode.ErrorPages;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Requests;

/// <summary>Asks the filters.</summary>
internal sealed class FilterStage : IRequestStage
{
    private readonly RequestStep _next;
    private readonly NodeClock _clock;

    public FilterStage(RequestStep next, NodeClock clock)
    {
        _next = next;
        _clock = clock;
    }

    public Task InvokeAsync(HttpContext context, RequestFeature request)
    {
        var headerOrder = request.Connection.Guard?.HeaderOrder ?? 0;
        var verdict = RequestFilter.AtArrival(request.Service!, request.Client, new HttpRequestView(context, request), _clock.Now, headerOrder);
        request.Whitelisted = verdict.Whitelisted;
        request.Judged = verdict is { Action: VerdictAction.Pass, Whitelisted: false };
        return verdict.Action switch
        {
            VerdictAction.Drop => RequestDrop.Drop(context, request, verdict.Outcome),
            VerdictAction.Reject => ErrorResponse.WriteAsync(context, request, StatusCodes.Status429TooManyRequests, verdict.Outcome, verdict.RetryAfterSeconds),
            _ => PassAsync(context, request),
        };
    }

    private Task PassAsync(HttpContext context, RequestFeature request)
    {
        request.Connection.Meter!.RequestRuns(request.Service!.Store.Requests, request.Client);
        return _next(context, request);
    }
}
