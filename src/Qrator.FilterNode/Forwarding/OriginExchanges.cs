using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Sockets;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding;

/// <summary>Exchanges to be used again. The thread of a loop has its own, and meets no other over them. Safe for any number of threads.</summary>
internal sealed class OriginExchanges
{
    private const int Most = 1024;

    private readonly ConcurrentQueue<OriginExchange> _idle = new();
    private readonly Stack<OriginExchange>[] _own = [.. Enumerable.Range(0, SocketLoop.Count).Select(static _ => new Stack<OriginExchange>())];
    private readonly NodeClock _clock;
    private readonly TimeProvider _time;
    private int _count;

    public OriginExchanges(NodeClock clock, TimeProvider time)
    {
        _clock = clock;
        _time = time;
    }

    /// <summary>An exchange for a request; goes back by <see cref="Return"/>.</summary>
    public OriginExchange Rent(RequestFeature request, TimeSpan patience)
    {
        var exchange = TakeIdle() ?? new(_clock, _time);
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
        if (!exchange.End(features) || request.BodyRest is not null || !TryKeep(exchange))
        {
            exchange.Dispose();
        }
    }

    private OriginExchange? TakeIdle()
    {
        if (SocketLoop.Current is { } loop && _own[loop.Index].TryPop(out var exchange))
        {
            return exchange;
        }

        if (_idle.TryDequeue(out exchange))
        {
            Interlocked.Decrement(ref _count);
        }

        return exchange;
    }

    private bool TryKeep(OriginExchange exchange)
    {
        if (SocketLoop.Current is { } loop && _own[loop.Index].Count < Most)
        {
            _own[loop.Index].Push(exchange);
            return true;
        }

        if (Volatile.Read(ref _count) >= Most)
        {
            return false;
        }

        Interlocked.Increment(ref _count);
        _idle.Enqueue(exchange);
        return true;
    }
}
