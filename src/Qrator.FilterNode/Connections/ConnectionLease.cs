using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// What one connection has taken: a slot of the node and, where clients are counted, one of its client. Gives back exactly once what it took.
/// Taking is for one thread at a time.
/// </summary>
internal sealed class ConnectionLease : IDisposable
{
    private readonly ConnectionSlots _node;
    private readonly ClientSlots _clients;
    private ClientKey? _client;
    private int _ended;

    private ConnectionLease(ConnectionSlots node, ClientSlots clients)
    {
        _node = node;
        _clients = clients;
    }

    /// <summary>Takes a slot of the node; null when there is none.</summary>
    public static ConnectionLease? TryTake(ConnectionSlots node, ClientSlots clients) => node.TryTake() ? new(node, clients) : null;

    /// <summary>Takes a slot of the client too, once; false when the client has <paramref name="maximum"/> already.</summary>
    public bool TryTakeClient(in ClientKey client, int maximum)
    {
        if (_client is not null || !_clients.TryTake(client, maximum))
        {
            return false;
        }

        _client = client;
        return true;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _node.GiveBack();
            if (_client is { } client)
            {
                _clients.GiveBack(client);
            }
        }
    }
}
