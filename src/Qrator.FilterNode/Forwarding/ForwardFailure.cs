using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Statistics;
using Yarp.ReverseProxy.Forwarder;

namespace Qrator.FilterNode.Forwarding;

/// <summary>What a failure of the forwarder means: who is to blame, and for what.</summary>
internal static class ForwardFailure
{
    /// <summary>How the request ends; <see cref="Outcome.OriginUnreachable"/> when no connection came about, so that nothing was sent.</summary>
    /// <param name="context">The request.</param>
    /// <param name="error">What the forwarder says.</param>
    /// <param name="exchange">The request's time with its origin.</param>
    /// <param name="hasLeft">Whether the client left before the forwarder cut it.</param>
    /// <param name="silence">After how long a silence of both sides the forwarder itself gives up; null or infinite for never.</param>
    public static Outcome OutcomeOf(HttpContext context, ForwarderError error, OriginExchange exchange, bool hasLeft, TimeSpan? silence)
    {
        if (exchange.TimedOut)
        {
            // Nobody is to blame for a WebSocket that has nothing to say.
            return exchange.IsTwoWay ? Outcome.Passed : Outcome.OriginTimeout;
        }

        return error switch
        {
            ForwarderError.ResponseBodyDestination => Outcome.OriginError,
            _ when hasLeft => Outcome.ClientAborted,
            _ when IsConnectFailure(context) => Outcome.OriginUnreachable,

            // An origin's silence is the exchange's to notice, and comes first.
            ForwarderError.RequestTimedOut => exchange.BodyStarted ? Outcome.ClientAborted : Outcome.OriginTimeout,

            // When an origin over HTTP/2 resets a stream, what is given up first may be the wait for the client; so it may when nobody has sent for long.
            ForwarderError.RequestBodyClient when IsGivenUp(context) => silence > TimeSpan.Zero && exchange.WasSilentFor(silence.Value) ? Outcome.ClientAborted : Outcome.OriginError,

            // The client did not ask for the upgrade that the origin claims.
            ForwarderError.UpgradeResponseClient when !context.Response.HasStarted => Outcome.OriginError,
            ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient
                or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestClient
                or ForwarderError.UpgradeResponseClient or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled
                => Outcome.ClientAborted,
            _ => Outcome.OriginError,
        };
    }

    /// <summary>For what the origin is to blame: a word of <see cref="OriginFailure"/>.</summary>
    public static string ReasonOf(HttpContext context, ForwarderError error, Outcome outcome) =>
        outcome == Outcome.OriginTimeout ? OriginFailure.Silent
        : context.Response.HasStarted ? OriginFailure.Cut
        : error is ForwarderError.ResponseHeaders or ForwarderError.UpgradeResponseClient || IsNonsense(context) ? OriginFailure.Invalid
        : OriginFailure.Closed;

    // A read that was told to stop; one that failed because the client is gone or too slow says so with a reason of the connection's.
    private static bool IsGivenUp(HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>()?.Exception is AggregateException { InnerExceptions: [OperationCanceledException reading, ..] }
        && reading is not ConnectionAbortedException;

    private static bool IsConnectFailure(HttpContext context)
    {
        var failure = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        while (failure is not null and not OriginConnectException)
        {
            failure = failure.InnerException;
        }

        return failure is not null;
    }

    private static bool IsNonsense(HttpContext context) =>
        context.Features.Get<IForwarderErrorFeature>()?.Exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded,
        };
}
