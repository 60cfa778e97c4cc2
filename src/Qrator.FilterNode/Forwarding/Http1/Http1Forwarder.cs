using System.Runtime.CompilerServices;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// Forwards a request to an origin over HTTP/1.1 and its response to the client: what nearly all requests need, and nothing of upgrades and
/// other protocols. Safe for any number of threads.
/// </summary>
internal sealed class Http1Forwarder
{
    private readonly NodeClock _clock;

    public Http1Forwarder(NodeClock clock) => _clock = clock;

    /// <summary>Makes one attempt. A response that was begun and cannot be completed is cut.</summary>
    /// <param name="client">The request, which has no response yet.</param>
    /// <param name="origin">Where it goes.</param>
    /// <param name="pool">The connections to there.</param>
    /// <param name="exchange">Watches the time.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ForwardResult> SendAsync(Downstream client, OriginSnapshot origin, OriginPool pool, OriginExchange exchange)
    {
        // The client of an HTTP/1 connection leaves as a whole, of which the exchange hears anyway; of the streams of HTTP/2 each may be given up alone.
        await using var leaving = client.Request.Connection.Guard is null
            ? client.Aborted.UnsafeRegister(static exchange => ((OriginExchange)exchange!).Leaves(), exchange)
            : default;
        var connection = pool.TryTake();
        while (true)
        {
            try
            {
                connection ??= await pool.ConnectAsync(client.Aborted);
            }
            catch (Exception exception) when (exception is OriginConnectException or OperationCanceledException)
            {
                return new(exchange.HasLeft || client.Aborted.IsCancellationRequested ? Outcome.ClientAborted : Outcome.OriginUnreachable);
            }

            var attempt = new Http1Attempt(client, connection, exchange, _clock);
            ForwardResult result;
            try
            {
                result = await attempt.RunAsync(origin);
            }
            catch
            {
                exchange.TryRelease();
                connection.Dispose();
                throw;
            }

            if (attempt.IsReusable && exchange.TryRelease())
            {
                pool.Return(connection);
                return result;
            }

            exchange.TryRelease();
            connection.Dispose();
            if (!attempt.MetClosedConnection || exchange.TimedOut || exchange.HasLeft)
            {
                return result;
            }

            // The origin closed it between two requests; a new one tells how the origin really is.
            exchange.AwaitClient();
            connection = null;
        }
    }
}
