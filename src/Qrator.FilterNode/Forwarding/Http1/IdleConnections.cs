namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// The idle connections to one origin that one loop waits for. The one used last is used next, so that those which are not needed grow old. Safe for any
/// number of threads.
/// </summary>
internal sealed class IdleConnections
{
    private readonly Lock _lock = new();
    private readonly List<OriginConnection> _connections = [];
    private bool _isRetired;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count == 0;
            }
        }
    }

    /// <summary>The one used last, or null.</summary>
    public OriginConnection? TryTake()
    {
        lock (_lock)
        {
            if (_connections.Count == 0)
            {
                return null;
            }

            var connection = _connections[^1];
            _connections.RemoveAt(_connections.Count - 1);
            return connection;
        }
    }

    /// <summary>False when nobody takes them any more.</summary>
    public bool TryAdd(OriginConnection connection)
    {
        lock (_lock)
        {
            if (_isRetired)
            {
                return false;
            }

            _connections.Add(connection);
            return true;
        }
    }

    /// <summary>Takes those that have been idle since this moment or longer.</summary>
    /// <param name="since">In ticks of the node's clock.</param>
    /// <param name="oldest">Becomes the moment since when the oldest of the others is idle, if that is before it.</param>
    public List<OriginConnection> TakeOld(long since, ref long oldest)
    {
        lock (_lock)
        {
            var count = 0;
            while (count < _connections.Count && _connections[count].IdleSince <= since)
            {
                count++;
            }

            var old = _connections[..count];
            _connections.RemoveRange(0, count);
            if (_connections.Count > 0)
            {
                oldest = Math.Min(oldest, _connections[0].IdleSince);
            }

            return old;
        }
    }

    /// <summary>Takes all, and those that come later are not wanted.</summary>
    public List<OriginConnection> Retire()
    {
        lock (_lock)
        {
            _isRetired = true;
            var all = _connections[..];
            _connections.Clear();
            return all;
        }
    }
}
