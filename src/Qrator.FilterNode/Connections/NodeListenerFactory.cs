using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Connections;

/// <summary>Listens for Kestrel, so that peers are refused before Kestrel builds a connection.</summary>
internal sealed class NodeListenerFactory : IConnectionListenerFactory, IDisposable
{
    // Connections that wait to be accepted; the system takes no more than net.core.somaxconn.
    private const int Backlog = 4096;

    private readonly ConfigurationDoor _door;
    private readonly IReadOnlyList<ListenerGate> _gates;
    private readonly Receptions _receptions;
    private readonly TimeProvider _time;
    private readonly MemoryPool<byte> _pool;

    public NodeListenerFactory(ConfigurationDoor door, IReadOnlyList<ListenerGate> gates, Receptions receptions, TimeProvider time, IMemoryPoolFactory<byte> pools)
    {
        _door = door;
        _gates = gates;
        _receptions = receptions;
        _time = time;
        _pool = pools.Create(new() { Owner = "connections" });
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var address = (ListenerEndPoint)endpoint;
        var socket = ListenSocket.Open(address, Backlog);
        return new(new NodeListener(socket, address.Listener, _gates[address.Listener], _receptions[address.Listener], _pool, _door.Current.Config.Shutdown.Handover, _time));
    }

    public void Dispose() => _pool.Dispose();
}
