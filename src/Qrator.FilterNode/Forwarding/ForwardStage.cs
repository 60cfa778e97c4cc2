using Microsoft.Net.Http.Headers;
using Qrator.FilterNode.ErrorPages;
using Qrator.FilterNode.Forwarding.Http1;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Forwarding;

/// <summary>The last stage: picks an origin, sends the request, passes the answer on.</summary>
internal sealed class ForwardStage : IRequestStage
{
    private readonly OriginTurns _turns;
    private readonly OriginExchanges _exchanges;
    private readonly TimeProvider _time;

    public ForwardStage(OriginTurns turns, OriginExchanges exchanges, TimeProvider time)
    {
        _turns = turns;
        _exchanges = exchanges;
        _time = time;
    }

    public async Task InvokeAsync(HttpContext context, RequestFeature request)
    {
        if (!RequestTarget.CanBeForwarded(context) || !HeaderNameCheck.IsPassed(context.Request))
        {
            request.Outcome = Outcome.BadRequest;
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.Headers.Connection = "close";
            return;
        }

        AllowOnlyWebSocketUpgrade(context.Request.Headers);
        var exchange = _exchanges.Rent(request, request.Service!.Config.Timeouts.Response);
        Outcome outcome;
        try
        {
            outcome = await _turns.ForwardAsync(new ContextDownstream(context, request), exchange);
        }
        catch
        {
            // Nobody may be left reading the body of a request that is over.
            context.Abort();
            throw;
        }
        finally
        {
            _exchanges.Return(request, context.Features);
        }

        if (outcome != Outcome.Passed)
        {
            await EndAsync(context, request, outcome);
        }

        if (request.BodyRest is { } rest)
        {
            await rest.FinishAsync(context, _time);
        }
    }

    // Kestrel offers any upgrade; the forwarder would also take SPDY.
    private static void AllowOnlyWebSocketUpgrade(IHeaderDictionary headers)
    {
        if (headers.Upgrade.Count > 0 && !string.Equals(headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase))
        {
            headers.Remove(HeaderNames.Upgrade);
        }
    }

    private static Task EndAsync(HttpContext context, RequestFeature request, Outcome outcome)
    {
        request.Outcome = outcome;
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            // The forwarder has cut a response under way, so that it cannot be taken for complete.
            return Task.CompletedTask;
        }

        // The reason phrase too may be the origin's.
        context.Response.Clear();
        return ErrorResponse.WriteAsync(context, request, NodeAnswer.To(outcome).Status, outcome);
    }
}
