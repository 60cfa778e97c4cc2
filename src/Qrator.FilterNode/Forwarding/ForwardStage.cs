using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Qrator.FilterNode.ErrorPages;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;
using Yarp.ReverseProxy.Forwarder;

namespace Qrator.FilterNode.Forwarding;

/// <summary>The last stage: picks an origin, sends the request, passes the answer on.</summary>
internal sealed class ForwardStage
{
    private readonly IHttpForwarder _forwarder;
    private readonly OriginClients _clients;
    private readonly OriginExchanges _exchanges;
    private readonly OriginProof _proof;
    private readonly NodeClock _clock;
    private readonly OriginTransformer _transformer;

    public ForwardStage(
        RequestDelegate next, IHttpForwarder forwarder, OriginClients clients, OriginExchanges exchanges, OriginProof proof, NodeClock clock)
    {
        _ = next;
        _forwarder = forwarder;
        _clients = clients;
        _exchanges = exchanges;
        _proof = proof;
        _clock = clock;
        _transformer = new(clock);
    }

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Features.Get<RequestFeature>()!;
        if (!RequestTarget.CanBeForwarded(context))
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
            outcome = await ForwardAsync(context, request, exchange);
        }
        finally
        {
            _exchanges.Return(context, request);
        }

        if (outcome != Outcome.Passed)
        {
            await EndAsync(context, request, outcome);
        }
    }

    private async ValueTask<Outcome> ForwardAsync(HttpContext context, RequestFeature request, OriginExchange exchange)
    {
        var service = request.Service!;
        var tried = 0u;
        for (var attempt = 1; ; attempt++)
        {
            if (service.Selector.IsUnproven(_clock.Now)
                && !await _proof.WaitAsync(service.Selector, service.Config.Timeouts.Connect, context.RequestAborted)
                && attempt++ >= service.Config.Timeouts.ConnectAttempts)
            {
                return Outcome.OriginUnreachable;
            }

            var lease = service.Selector.Choose(request.Client, ref tried, _clock.Now);
            var origin = lease.Origin;
            exchange.Turn(lease);
            try
            {
                var error = await SendAsync(context, request, origin, exchange);
                if (error == ForwarderError.None)
                {
                    return Outcome.Passed;
                }

                var outcome = request.BodyOverLimit ? Outcome.BodyLimit : ForwardFailure.OutcomeOf(context, error, exchange);
                if (outcome != Outcome.OriginUnreachable)
                {
                    CountFailure(context, origin.Store, outcome, error);
                    return outcome;
                }

                if (attempt >= service.Config.Timeouts.ConnectAttempts || exchange.BodyStarted)
                {
                    return outcome;
                }
            }
            finally
            {
                exchange.Leave();
            }

            // Nothing of the request was sent or read, so it can go to the next origin as it is.
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.StatusCode = StatusCodes.Status200OK;
        }
    }

    private ValueTask<ForwarderError> SendAsync(HttpContext context, RequestFeature request, OriginSnapshot origin, OriginExchange exchange)
    {
        var timeouts = request.Service!.Config.Timeouts;
        var config = IsUpgrade(context) ? RequestConfigs.Upgrade(timeouts) : RequestConfigs.Watched;
        return _forwarder.SendAsync(context, origin.Prefix, _clients.For(origin, timeouts.Connect), config, _transformer, exchange.Cut);
    }

    private static void CountFailure(HttpContext context, OriginStore origin, Outcome outcome, ForwarderError error)
    {
        if (outcome is Outcome.OriginTimeout or Outcome.OriginError)
        {
            origin.CountFailure(ForwardFailure.ReasonOf(context, error, outcome));
        }
    }

    private static bool IsUpgrade(HttpContext context) =>
        context.Request.Headers.Upgrade.Count > 0 || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

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

        var status = outcome switch
        {
            Outcome.BodyLimit => StatusCodes.Status413PayloadTooLarge,
            Outcome.OriginTimeout => StatusCodes.Status504GatewayTimeout,
            Outcome.ClientAborted => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status502BadGateway,
        };

        // The reason phrase too may be the origin's.
        context.Response.Clear();
        return ErrorResponse.WriteAsync(context, request, status, outcome);
    }
}
