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
        var verdict = RequestArrival.Judge(request, new HttpRequestView(context, request), _clock.Now);
        return verdict.Action switch
        {
            VerdictAction.Drop => RequestDrop.Drop(context, request, verdict.Outcome),
            VerdictAction.Reject => ErrorResponse.WriteAsync(context, request, StatusCodes.Status429TooManyRequests, verdict.Outcome, verdict.RetryAfterSeconds),
            _ => _next(context, request),
        };
    }
}
