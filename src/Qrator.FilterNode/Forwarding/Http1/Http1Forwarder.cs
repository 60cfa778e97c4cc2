using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Sockets;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// Forwards a request to an origin over HTTP/1.1 and its response to the client: what nearly all requests need, and nothing of upgrades and
/// other protocols. Safe for any number of threads.
/// </summary>
internal sealed class Http1Forwarder
{
    private const int MostAttempts = 1024;

    private readonly LoopPool<Http1Attempt> _attempts = new(MostAttempts);
    private readonly NodeClock _clock;

    public Http1Forwarder(NodeClock clock) => _clock = clock;

    /// <summary>Makes one attempt. A response that was begun and cannot be completed is cut.</summary>
    /// <param name="client">The request, which has no response yet.</param>
    /// <param name="origin">Where it goes.</param>
    /// <param name="pool">The connections to there.</param>
    /// <param name="exchange">Watches the time.</param>
    public ValueTask<ForwardResult> SendAsync(Downstream client, OriginSnapshot origin, OriginPool pool, OriginExchange exchange)
    {
        // The client of an HTTP/1 connection leaves as a whole, of which the exchange hears anyway; of the streams of HTTP/2 each may be given up alone.
        var attempt = _attempts.TryTake(out var used) ? used : new(_clock, _attempts);
        attempt.Begin(client, pool, exchange);
        return client.Request.Connection.Guard is null ? RunWatchedAsync(attempt, origin, client.Aborted, exchange) : attempt.RunAsync(origin);
    }

    private static async ValueTask<ForwardResult> RunWatchedAsync(Http1Attempt attempt, OriginSnapshot origin, CancellationToken aborted, OriginExchange exchange)
    {
        await using var leaving = aborted.UnsafeRegister(static exchange => ((OriginExchange)exchange!).Leaves(), exchange);
        return await attempt.RunAsync(origin);
    }
}
