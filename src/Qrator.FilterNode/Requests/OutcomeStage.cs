using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Qrator.FilterNode.AccessLogs;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Guarding;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Statistics.Traffic;
using Qrator.FilterNode.Telemetry;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Requests;

/// <summary>The outermost stage: begins the request's state, and counts every ending exactly once.</summary>
internal sealed partial class OutcomeStage
{
    private readonly RequestStep _next;
    private readonly ConfigurationDoor _door;
    private readonly NodeStore _store;
    private readonly NodeClock _clock;
    private readonly Offenders _offenders;
    private readonly AccessLog _accessLog;
    private readonly RequestTraces _traces;
    private readonly ILogger _logger;

    public OutcomeStage(
        RequestStep next,
        ConfigurationDoor door,
        NodeStore store,
        NodeClock clock,
        Offenders offenders,
        AccessLog accessLog,
        RequestTraces traces,
        ILogger<OutcomeStage> logger)
    {
        _next = next;
        _door = door;
        _store = store;
        _clock = clock;
        _offenders = offenders;
        _accessLog = accessLog;
        _traces = traces;
        _logger = logger;
    }

    public async Task InvokeAsync(HttpContext context)
    {
        var connection = context.Features.Get<ConnectionFeature>()!;
        var request = new RequestFeature(_door.Current, _clock, connection);
        context.Features.Set(request);
        var stream = connection.Streams is null ? 0 : context.Features.Get<IHttp2StreamIdFeature>()?.StreamId ?? 0;
        connection.RequestBegins(stream);
        var span = _traces.Begin();
        try
        {
            await _next(context, request);
        }
        catch (Exception exception) when (exception is BadHttpRequestException or OperationCanceledException or IOException)
        {
            // What a client can cause: counted, never logged.
            request.Outcome = exception is BadHttpRequestException ? Outcome.BadRequest : Outcome.ClientAborted;
            request.Dropped = true;
            connection.Reset();
        }
        catch (Exception exception)
        {
            request.Outcome = Outcome.OriginError;
            request.Dropped = true;
            LogDefect(exception.GetType().Name, request.RequestId);
            connection.Reset();
        }
        finally
        {
            Count(context, request);
            RequestTraces.End(span, context, request);
            connection.RequestEnds(stream);
        }
    }

    private void Count(HttpContext context, RequestFeature request)
    {
        if (request.Outcome == Outcome.ClientAborted && RefusedBody.Find(context, request) is { } violation)
        {
            // The client did not go away: its body was refused.
            request.Outcome = Outcome.BadRequest;
            _offenders.Report(request.Connection, violation, request.Service);
        }

        var counters = request.Service?.Store.Requests ?? _store.Unassigned;
        counters.Count(request.Outcome);
        request.Connection.Meter!.RequestEnds(counters, request.Client, TrafficOutcome.Of(request.Outcome));
        var answered = !request.Dropped && request.Outcome != Outcome.ClientAborted;
        if (request.Judged)
        {
            var status = answered || context.Response.HasStarted ? context.Response.StatusCode : 0;
            request.Service!.Store.Behavior.AtEnd(
                request.Client,
                new(status, request.OriginWait, request.Outcome == Outcome.ClientAborted, Math.Max(request.PassedBytes, context.Response.ContentLength ?? 0)),
                _clock.Now);
        }

        request.Service?.Store.Top.CountRequest(request.Client, IsError(request.Outcome, answered ? context.Response.StatusCode : 0), request.OriginWait);
        if (context.Response.HasStarted || answered)
        {
            counters.CountResponse(context.Response.StatusCode);
            counters.Durations.Count(_clock.Now - request.ArrivedAt);
        }

        _accessLog.End(context, request, answered || context.Response.HasStarted);
    }

    private static bool IsError(Outcome outcome, int status) =>
        status >= StatusCodes.Status400BadRequest
        || outcome is Outcome.BadRequest or Outcome.OriginUnreachable or Outcome.OriginTimeout or Outcome.OriginError;

    [LoggerMessage(Level = LogLevel.Error, Message = "a defect of the node ended a request: {Defect} request={RequestId}")]
    private partial void LogDefect(string defect, string requestId);
}
