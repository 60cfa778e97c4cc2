using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Statistics.Traffic;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Requests;

/// <summary>What has to be noted when a request ends, however it came and went. Safe for any number of threads.</summary>
internal sealed partial class RequestEndings
{
    private readonly NodeStore _store;
    private readonly NodeClock _clock;
    private readonly ILogger _logger;

    public RequestEndings(NodeStore store, NodeClock clock, ILogger<RequestEndings> logger)
    {
        _store = store;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Whether the client has got an answer, or will.</summary>
    public static bool IsAnswered(RequestFeature request) => !request.Dropped && request.Outcome != Outcome.ClientAborted;

    /// <summary>Ends a request that something went wrong with, and its connection.</summary>
    public void Fail(RequestFeature request, Exception exception)
    {
        request.Dropped = true;
        switch (exception)
        {
            // What a client can cause: counted, never logged.
            case BadHttpRequestException:
                request.Outcome = Outcome.BadRequest;
                break;
            case OperationCanceledException or IOException:
                request.Outcome = Outcome.ClientAborted;
                break;
            default:
                request.Outcome = Outcome.OriginError;
                LogDefect(exception.GetType().Name, request.RequestId);
                break;
        }

        request.Connection.Reset();
    }

    /// <summary>Counts it. To be called exactly once for each request.</summary>
    /// <param name="request">The request, with its outcome.</param>
    /// <param name="status">The status code of the response, if there is one.</param>
    /// <param name="hasStarted">Whether the client may have got something of it.</param>
    /// <param name="length">The Content-Length of the response, if it has one.</param>
    public void Count(RequestFeature request, int status, bool hasStarted, long? length)
    {
        var now = _clock.Now;
        var counters = request.Service?.Store.Requests ?? _store.Unassigned;
        counters.Count(request.Outcome);
        request.Connection.Meter!.RequestEnds(counters, request.Client, TrafficOutcome.Of(request.Outcome));
        var answered = IsAnswered(request);
        if (request.Judged)
        {
            request.Service!.Store.Behavior.AtEnd(
                request.Client,
                new(answered || hasStarted ? status : 0, request.OriginWait, request.Outcome == Outcome.ClientAborted, Math.Max(request.PassedBytes, length ?? 0)),
                now);
        }

        request.Service?.Store.Top.CountRequest(request.Client, IsError(request.Outcome, answered ? status : 0), request.OriginWait);
        if (answered || hasStarted)
        {
            counters.CountResponse(status);
            counters.Durations.Count(now - request.ArrivedAt);
        }
    }

    private static bool IsError(Outcome outcome, int status) =>
        status >= StatusCodes.Status400BadRequest
        || outcome is Outcome.BadRequest or Outcome.OriginUnreachable or Outcome.OriginTimeout or Outcome.OriginError;

    [LoggerMessage(Level = LogLevel.Error, Message = "a defect of the node ended a request: {Defect} request={RequestId}")]
    private partial void LogDefect(string defect, string requestId);
}
