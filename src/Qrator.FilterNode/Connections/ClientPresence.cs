using Qrator.FilterNode.Forwarding;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// Whether the client of an HTTP/1 connection is there, for the one request that is in progress on it. Costs a request two short locks, where a token
/// of its own would cost it four objects. Nobody else locks it: a lock of its own
/// would be one more object for every connection. Safe for any number of threads.
/// </summary>
internal sealed class ClientPresence
{
    private OriginExchange? _exchange;
    private bool _hasLeft;

    /// <summary>Lets an exchange hear when the client leaves, or that it has left already; <see cref="Release"/> MUST follow.</summary>
    public void Follow(OriginExchange exchange)
    {
        lock (this)
        {
            _exchange = exchange;
            if (_hasLeft)
            {
                exchange.Leaves();
            }
        }
    }

    /// <summary>The exchange hears nothing more, not even of what happens at this moment.</summary>
    public void Release()
    {
        lock (this)
        {
            _exchange = null;
        }
    }

    /// <summary>The client has left, or was left.</summary>
    /// <returns>Whether an exchange has to hear of it: then <see cref="Tell"/> MUST follow.</returns>
    public bool Leaves()
    {
        lock (this)
        {
            _hasLeft = true;
            return _exchange is not null;
        }
    }

    /// <summary>The client has left, or was left, and the exchange hears of it.</summary>
    public void Tell()
    {
        lock (this)
        {
            _hasLeft = true;
            _exchange?.Leaves();
        }
    }
}
