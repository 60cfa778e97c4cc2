using Qrator.FilterNode.Sockets;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// The idle connections to one origin. Those of the thread's own loop come first, so that a request and its response mostly stay on one thread. Safe for any
/// number of threads.
/// </summary>
internal sealed class OriginPool
{
    // Below the keep-alive of the usual origins (nginx 75 s, Apache 5 s at the shortest), so that a request rarely meets a connection that is closing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly OriginConnector _connector;
    private readonly NodeClock _clock;
    private readonly ITimer _timer;
    private readonly IdleConnections[] _idle = [.. Enumerable.Range(0, SocketLoop.Count).Select(static _ => new IdleConnections())];
    private int _isTimed;

    public OriginPool(OriginConnector connector, NodeClock clock, TimeProvider time)
    {
        _connector = connector;
        _clock = clock;
        _timer = time.CreateTimer(static pool => ((OriginPool)pool!).CloseOld(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>An idle connection that is still open, or null.</summary>
    public OriginConnection? TryTake()
    {
        var own = SocketLoop.Current?.Index ?? 0;
        for (var i = 0; i < _idle.Length; i++)
        {
            var idle = _idle[(own + i) % _idle.Length];
            while (idle.TryTake() is { } connection)
            {
                if (connection.IsOpen)
                {
                    return connection;
                }

                connection.Dispose();
            }
        }

        return null;
    }

    /// <summary>A new connection.</summary>
    /// <exception cref="OriginConnectException">None came about in time.</exception>
    /// <exception cref="OperationCanceledException">Nobody wants it any more.</exception>
    public async ValueTask<OriginConnection> ConnectAsync(CancellationToken cancelled) => new(await _connector.ConnectAsync(cancelled));

    /// <summary>Takes back a connection whose last response was read to its end.</summary>
    public void Return(OriginConnection connection)
    {
        try
        {
            connection.Rest(_clock.Now);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            connection.Dispose();
            return;
        }

        if (!_idle[connection.Loop.Index].TryAdd(connection))
        {
            connection.Dispose();
        }
        else if (Volatile.Read(ref _isTimed) == 0)
        {
            Wait();
        }
    }

    /// <summary>Others take its place: closes what is idle, and what becomes idle later.</summary>
    public void Retire()
    {
        foreach (var idle in _idle)
        {
            idle.Retire().ForEach(static connection => connection.Dispose());
        }

        _timer.Dispose();
    }

    private void CloseOld()
    {
        var since = _clock.Now - Patience.Ticks;
        var oldest = long.MaxValue;
        foreach (var idle in _idle)
        {
            idle.TakeOld(since, ref oldest).ForEach(static connection => connection.Dispose());
        }

        if (oldest != long.MaxValue)
        {
            SetTimer(TimeSpan.FromTicks(oldest - since));
            return;
        }

        // Whoever comes back from here on sees to the timer; whoever came back before may have relied on it.
        Interlocked.Exchange(ref _isTimed, 0);
        if (_idle.Any(static idle => !idle.IsEmpty))
        {
            Wait();
        }
    }

    private void Wait()
    {
        if (Interlocked.Exchange(ref _isTimed, 1) == 0)
        {
            SetTimer(Patience);
        }
    }

    // Timers count whole milliseconds. False when it is over with the pool.
    private void SetTimer(TimeSpan time) => _timer.Change(time + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
}
