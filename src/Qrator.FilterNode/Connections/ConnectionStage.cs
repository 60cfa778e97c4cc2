using System.Net;
using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Connections;

/// <summary>The first look at a connection: counts it, refuses it when the node is full, and remembers who is at the other end.</summary>
internal sealed class ConnectionStage
{
    private readonly ConnectionDelegate _next;
    private readonly ListenerStore _store;
    private readonly ConnectionSlots _slots;
    private readonly int _listener;

    public ConnectionStage(ConnectionDelegate next, ListenerStore store, ConnectionSlots slots, int listener)
    {
        _next = next;
        _store = store;
        _slots = slots;
        _listener = listener;
    }

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        _store.Opened();
        try
        {
            using var slot = _slots.TryTake();
            if (slot is null)
            {
                _store.RefusedOverLimit();
                connection.Abort(new ConnectionAbortedException("over the limit of connections"));
                return;
            }

            // A peer that went away before it was accepted has no address any more.
            if (connection.RemoteEndPoint is IPEndPoint peer)
            {
                connection.Features.Set(new ConnectionFeature(connection, _listener, ClientKey.FromAddress(peer.Address)));
                await _next(connection);
            }
        }
        finally
        {
            _store.Closed();
        }
    }
}
