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
    private readonly NodeClock _clock;
    private readonly OriginTransformer _transformer;

    public ForwardStage(RequestDelegate next, IHttpForwarder forwarder, OriginClients clients, NodeClock clock)
    {
        _ = next;
        _forwarder = forwarder;
        _clients = clients;
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
        var service = request.Service!;
        var attempts = service.Config.Timeouts.ConnectAttempts;
        for (var attempt = 1; ; attempt++)
        {
            var origin = service.Origins[service.Store.Rotation.Next(service.Origins.Count)];
            var error = await SendAsync(context, request, origin);
            if (error == ForwarderError.None)
            {
                return;
            }

            var failure = context.Features.Get<IForwarderErrorFeature>()?.Exception;
            var connect = FindConnectFailure(failure);
            if (connect is not null)
            {
                origin.Store.CountFailure(connect.Reason);
            }

            if (connect is null || attempt >= attempts || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            {
                await EndAsync(context, request, request.BodyOverLimit ? Outcome.BodyLimit : OutcomeOf(error, connect is not null));
                return;
            }

            // Nothing of the request was sent or read, so it can go to the next origin as it is.
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.StatusCode = StatusCodes.Status200OK;
        }
    }

    private ValueTask<ForwarderError> SendAsync(HttpContext context, RequestFeature request, OriginSnapshot origin)
    {
        origin.Store.CountRequest();
        var timeouts = request.Service!.Config.Timeouts;
        request.SentAt = _clock.Now;
        return _forwarder.SendAsync(context, origin.Prefix, _clients.For(timeouts), RequestConfigs.For(timeouts), _transformer);
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

        var status = outcome switch
        {
            Outcome.BodyLimit => StatusCodes.Status413PayloadTooLarge,
            Outcome.OriginTimeout => StatusCodes.Status504GatewayTimeout,
            Outcome.ClientAborted => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status502BadGateway,
        };
        return ErrorResponse.WriteAsync(context, request, status, outcome);
    }

    private static OriginConnectException? FindConnectFailure(Exception? failure)
    {
        while (failure is not null and not OriginConnectException)
        {
            failure = failure.InnerException;
        }

        return (OriginConnectException?)failure;
    }

    private static Outcome OutcomeOf(ForwarderError error, bool connectFailed) => error switch
    {
        _ when connectFailed => Outcome.OriginUnreachable,
        ForwarderError.RequestTimedOut => Outcome.OriginTimeout,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient
            or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestClient
            or ForwarderError.UpgradeResponseClient or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled
            => Outcome.ClientAborted,
        ForwarderError.UpgradeActivityTimeout => Outcome.Passed,
        _ => Outcome.OriginError,
    };
}
