using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.ErrorPages;
using Qrator.FilterNode.Forwarding.Http1;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;
using Yarp.ReverseProxy.Forwarder;

namespace Qrator.FilterNode.Forwarding;

/// <summary>The last stage: picks an origin, sends the request, passes the answer on.</summary>
internal sealed class ForwardStage : IRequestStage
{
    private readonly IHttpForwarder _forwarder;
    private readonly OriginClients _clients;
    private readonly OriginExchanges _exchanges;
    private readonly OriginProof _proof;
    private readonly NodeClock _clock;
    private readonly TimeProvider _time;
    private readonly OriginTransformer _transformer;
    private readonly Http1Forwarder _http1;

    public ForwardStage(
        IHttpForwarder forwarder, OriginClients clients, OriginExchanges exchanges, OriginProof proof, NodeClock clock, TimeProvider time)
    {
        _forwarder = forwarder;
        _clients = clients;
        _exchanges = exchanges;
        _proof = proof;
        _clock = clock;
        _time = time;
        _transformer = new(clock);
        _http1 = new(clock);
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
            outcome = await ForwardAsync(context, request, exchange);
        }
        catch
        {
            // Nobody may be left reading the body of a request that is over.
            context.Abort();
            throw;
        }
        finally
        {
            _exchanges.Return(context, request);
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
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
                var result = await SendAsync(context, request, origin, exchange);
                if (result.Blame is { } reason)
                {
                    origin.Store.CountFailure(reason);
                }

                if (result.Outcome != Outcome.OriginUnreachable || attempt >= service.Config.Timeouts.ConnectAttempts || exchange.BodyStarted)
                {
                    return result.Outcome;
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

    private ValueTask<ForwardResult> SendAsync(HttpContext context, RequestFeature request, OriginSnapshot origin, OriginExchange exchange)
    {
        var timeouts = request.Service!.Config.Timeouts;
        var client = _clients.For(origin, timeouts.Connect);

        // Who asks whether to continue waits for the origin's word, which is more than the plain way knows.
        return IsUpgrade(context) || context.Request.Headers.Expect.Count > 0 || origin.Protocol != OriginProtocol.Http1
            ? SendAsync(context, request, origin, client.Invoker, ConfigFor(context, timeouts, origin.Protocol), exchange)
            : _http1.SendAsync(context, request, origin, client.Pool, exchange);
    }

    private async ValueTask<ForwardResult> SendAsync(
        HttpContext context, RequestFeature request, OriginSnapshot origin, HttpMessageInvoker invoker, ForwarderRequestConfig config, OriginExchange exchange)
    {
        exchange.RequestBegins();
        var watch = new ClientWatch(context.Features);
        ForwarderError error;
        try
        {
            error = await _forwarder.SendAsync(context, origin.Prefix, invoker, config, _transformer, exchange.Cut);
        }
        finally
        {
            watch.End(context.Features);
        }

        if (error == ForwarderError.None)
        {
            return new(Outcome.Passed);
        }

        var outcome = request.BodyOverLimit ? Outcome.BodyLimit : ForwardFailure.OutcomeOf(context, error, exchange, watch.HasLeft, config.ActivityTimeout);
        return new(outcome, outcome is Outcome.OriginTimeout or Outcome.OriginError ? ForwardFailure.ReasonOf(context, error, outcome) : null);
    }

    // For gRPC over HTTP/2 the forwarder lifts the server's lower bound on the pace of a body, because a stream may rightly be silent.
    private static ForwarderRequestConfig ConfigFor(HttpContext context, TimeoutsConfig timeouts, OriginProtocol protocol) =>
        protocol == OriginProtocol.Http2 && ErrorResponse.IsGrpc(context.Request)
            ? RequestConfigs.TwoWay(timeouts, protocol)
            : RequestConfigs.Watched(protocol);

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
