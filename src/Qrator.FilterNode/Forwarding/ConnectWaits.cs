namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// The requests that wait for a connection of HTTP/2 to one origin. The HTTP client opens one after the other and fails one request with
/// each that does not come about, so that the last of a thousand would wait for a thousand failures; here all share the fate of the connect
/// that they wait for. Safe for any number of threads.
/// </summary>
internal sealed class ConnectWaits
{
    private readonly OriginConnector _connector;
    private readonly Lock _lock = new();
    private readonly HashSet<ConnectWait> _waits = [];

    public ConnectWaits(OriginConnector connector) => _connector = connector;

    public void Add(ConnectWait wait)
    {
        lock (_lock)
        {
            _waits.Add(wait);
        }
    }

    public void Remove(ConnectWait wait)
    {
        lock (_lock)
        {
            _waits.Remove(wait);
        }
    }

    /// <summary>A connection, ready for requests; without one all waits fail.</summary>
    /// <exception cref="OriginConnectException">None came about in time.</exception>
    /// <exception cref="OperationCanceledException">Nobody wants it any more.</exception>
    public async ValueTask<OriginSocket> ConnectAsync(CancellationToken cancelled)
    {
        try
        {
            return await _connector.ConnectAsync(cancelled);
        }
        catch (OriginConnectException failure)
        {
            ConnectWait[] waits;
            lock (_lock)
            {
                waits = [.. _waits];
            }

            foreach (var wait in waits)
            {
                wait.Fail(failure.Reason);
            }

            throw;
        }
    }
}
