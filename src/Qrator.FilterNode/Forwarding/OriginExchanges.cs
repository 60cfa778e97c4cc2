using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Sockets;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding;

/// <summary>Exchanges to be used again. Safe for any number of threads.</summary>
internal sealed class OriginExchanges
{
    private const int Most = 1024;

    private readonly LoopPool<OriginExchange> _idle = new(Most);
    private readonly NodeClock _clock;
    private readonly TimeProvider _time;

    public OriginExchanges(NodeClock clock, TimeProvider time)
    {
        _clock = clock;
        _time = time;
    }

    /// <summary>An exchange for a request; goes back by <see cref="Return"/>.</summary>
    public OriginExchange Rent(RequestFeature request, TimeSpan patience)
    {
        var exchange = _idle.TryTake(out var used) ? used : new(_clock, _time);
        exchange.Begin(request, patience);
        request.Exchange = exchange;
        if (request.Connection.Guard is not null)
        {
            request.Connection.Presence.Follow(exchange);
        }

        return exchange;
    }

    /// <summary>Ends the exchange of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="features">The features of its context; null where it has none.</param>
    public void Return(RequestFeature request, IFeatureCollection? features = null)
    {
        var exchange = request.Exchange!;
        request.Exchange = null;
        if (request.Connection.Guard is not null)
        {
            request.Connection.Presence.Release();
        }

        // Who still reads a rest of the body may still speak to it.
        if (!exchange.End(features) || request.BodyRest is not null || !_idle.TryGive(exchange))
        {
            exchange.Dispose();
        }
    }
}
