using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.ErrorPages;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;
using Yarp.ReverseProxy.Forwarder;

namespace Qrator.FilterNode.Forwarding;

/// <summary>Forwards a request to an origin through YARP: upgrades, requests that ask whether to continue, and origins over HTTP/2. Safe for any number of threads.</summary>
internal sealed class YarpForwarder
{
    private readonly IHttpForwarder _forwarder;
    private readonly OriginTransformer _transformer;

    public YarpForwarder(IHttpForwarder forwarder, NodeClock clock)
    {
        _forwarder = forwarder;
        _transformer = new(clock);
    }

    /// <summary>Makes one attempt. A response that was begun and cannot be completed is cut.</summary>
    public async ValueTask<ForwardResult> SendAsync(
        HttpContext context, RequestFeature request, OriginSnapshot origin, HttpMessageInvoker invoker, OriginExchange exchange)
    {
        var config = ConfigFor(context, request.Service!.Config.Timeouts, origin.Protocol);
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

    /// <summary>The next attempt finds the request as if there had been none.</summary>
    public static void Forget(HttpContext context) => context.Features.Set<IForwarderErrorFeature>(null);

    // For gRPC over HTTP/2 the forwarder lifts the server's lower bound on the pace of a body, because a stream may rightly be silent.
    private static ForwarderRequestConfig ConfigFor(HttpContext context, TimeoutsConfig timeouts, OriginProtocol protocol) =>
        protocol == OriginProtocol.Http2 && ErrorResponse.IsGrpc(context.Request)
            ? RequestConfigs.TwoWay(timeouts, protocol)
            : RequestConfigs.Watched(protocol);
}
