using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Qrator.FilterNode.AccessLogs;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.ErrorPages;
using Qrator.FilterNode.Forwarding;
using Qrator.FilterNode.Guarding;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Telemetry;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Requests;

/// <summary>The outermost stage: begins the request's state, and counts every ending exactly once.</summary>
internal sealed class OutcomeStage
{
    private readonly RequestStep _next;
    private readonly ConfigurationDoor _door;
    private readonly NodeClock _clock;
    private readonly RequestEndings _endings;
    private readonly Offenders _offenders;
    private readonly AccessLog _accessLog;
    private readonly RequestTraces _traces;

    public OutcomeStage(
        RequestStep next, ConfigurationDoor door, NodeClock clock, RequestEndings endings, Offenders offenders, AccessLog accessLog, RequestTraces traces)
    {
        _next = next;
        _door = door;
        _clock = clock;
        _endings = endings;
        _offenders = offenders;
        _accessLog = accessLog;
        _traces = traces;
    }

    public async Task InvokeAsync(HttpContext context)
    {
        var connection = context.Features.Get<ConnectionFeature>()!;
        var request = connection.TakeUnanswered() ?? new RequestFeature(_door.Current, _clock, connection);
        context.Features.Set(request);
        connection.Transport.TellEnd();
        if (connection.LateStop is { } stop)
        {
            connection.LateStop = null;
            stop.Listen();
        }

        var stream = connection.Streams is null ? 0 : context.Features.Get<IHttp2StreamIdFeature>()?.StreamId ?? 0;
        connection.RequestBegins(stream);
        var span = _traces.Begin();
        try
        {
            await (request.Answer is { } answer
                ? ErrorResponse.WriteAsync(context, request, answer.Status, answer.Outcome, answer.RetryAfterSeconds)
                : _next(context, request));
        }
        catch (Exception exception)
        {
            _endings.Fail(request, exception);
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

        var response = context.Response;
        _endings.Count(request, response.StatusCode, response.HasStarted, response.ContentLength);
        _accessLog.End(context, request, RequestEndings.IsAnswered(request) || response.HasStarted);
    }
}
