using System.Runtime.CompilerServices;
using Qrator.FilterNode.Forwarding.Http1;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;
using Yarp.ReverseProxy.Forwarder;

namespace Qrator.FilterNode.Forwarding;

/// <summary>Sends a request to an origin, and to the next when there was no connection to it. Safe for any number of threads.</summary>
internal sealed class OriginTurns
{
    private readonly OriginClients _clients;
    private readonly OriginProof _proof;
    private readonly NodeClock _clock;
    private readonly Http1Forwarder _http1;
    private readonly YarpForwarder _yarp;

    public OriginTurns(IHttpForwarder forwarder, OriginClients clients, OriginProof proof, NodeClock clock)
    {
        _clients = clients;
        _proof = proof;
        _clock = clock;
        _http1 = new(clock);
        _yarp = new(forwarder, clock);
    }

    /// <summary>Forwards the request and passes the response on. A response that was begun and cannot be completed is cut.</summary>
    /// <param name="client">The request, whose service is known.</param>
    /// <param name="exchange">Watches the time.</param>
    /// <exception cref="OperationCanceledException">The client left before there was an origin to try.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Outcome> ForwardAsync(Downstream client, OriginExchange exchange)
    {
        var request = client.Request;
        var service = request.Service!;
        var tried = 0u;
        for (var attempt = 1; ; attempt++)
        {
            var now = _clock.Now;
            if (service.Selector.IsUnproven(now))
            {
                if (!await _proof.WaitAsync(service.Selector, service.Config.Timeouts.Connect, client.Aborted) && attempt++ >= service.Config.Timeouts.ConnectAttempts)
                {
                    return Outcome.OriginUnreachable;
                }

                // An origin that was set aside may be due by now.
                now = _clock.Now;
            }

            var lease = service.Selector.Choose(request.Client, ref tried, now);
            var origin = lease.Origin;
            exchange.Turn(lease);
            try
            {
                var result = await SendAsync(client, origin, exchange);
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
            client.Forget();
        }
    }

    private ValueTask<ForwardResult> SendAsync(Downstream client, OriginSnapshot origin, OriginExchange exchange)
    {
        var connections = _clients.For(origin, client.Request.Service!.Config.Timeouts.Connect);
        return client is ContextDownstream request && request.NeedsYarp(origin.Protocol)
            ? _yarp.SendAsync(request.Context, request.Request, origin, connections.Invoker, exchange)
            : _http1.SendAsync(client, origin, connections.Pool, exchange);
    }
}
