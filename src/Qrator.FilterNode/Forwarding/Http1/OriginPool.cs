using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// The idle connections to one origin. The one used last is used next, so that those which are not needed grow old and are closed. Safe for any
/// number of threads.
/// </summary>
internal sealed class OriginPool
{
    // Below the keep-alive of the usual origins (nginx 75 s, Apache 5 s at the shortest), so that a request rarely meets a connection that is closing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly OriginConnector _connector;
    private readonly NodeClock _clock;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly List<OriginConnection> _idle = [];
    private bool _isTimed;
    private bool _retired;

    public OriginPool(OriginConnector connector, NodeClock clock, TimeProvider time)
    {
        _connector = connector;
        _clock = clock;
        _timer = time.CreateTimer(static pool => ((OriginPool)pool!).CloseOld(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>An idle connection that is still open, or null.</summary>
    public OriginConnection? TryTake()
    {
        while (true)
        {
            OriginConnection connection;
            lock (_lock)
            {
                if (_idle.Count == 0)
                {
                    return null;
                }

                connection = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
            }

            if (connection.IsOpen)
            {
                return connection;
            }

            connection.Dispose();
        }
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

        lock (_lock)
        {
            if (!_retired)
            {
                _idle.Add(connection);
                if (!_isTimed)
                {
                    _isTimed = true;
                    _timer.Change(Patience, Timeout.InfiniteTimeSpan);
                }

                return;
            }
        }

        connection.Dispose();
    }

    /// <summary>Others take its place: closes what is idle, and what becomes idle later.</summary>
    public void Retire()
    {
        List<OriginConnection> idle;
        lock (_lock)
        {
            _retired = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        idle.ForEach(static connection => connection.Dispose());
        _timer.Dispose();
    }

    private void CloseOld()
    {
        List<OriginConnection> old;
        lock (_lock)
        {
            var count = 0;
            while (count < _idle.Count && _clock.Now - _idle[count].IdleSince >= Patience.Ticks)
            {
                count++;
            }

            old = _idle[..count];
            _idle.RemoveRange(0, count);
            _isTimed = _idle.Count > 0 && !_retired;
            if (_isTimed)
            {
                // Timers count whole milliseconds.
                var left = TimeSpan.FromTicks(_idle[0].IdleSince + Patience.Ticks - _clock.Now) + TimeSpan.FromMilliseconds(1);
                _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }

        old.ForEach(static connection => connection.Dispose());
    }
}
