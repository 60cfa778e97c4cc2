using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Connections;

/// <summary>Listens for Kestrel, so that peers are refused before Kestrel builds a connection.</summary>
internal sealed class NodeListenerFactory : IConnectionListenerFactory, IDisposable
{
    private readonly SocketConnectionContextFactory _connections;
    private readonly ConfigurationDoor _door;
    private readonly IReadOnlyList<ListenerGate> _gates;
    private readonly TimeProvider _time;
    private readonly int _backlog;

    public NodeListenerFactory(
        ConfigurationDoor door, IReadOnlyList<ListenerGate> gates, TimeProvider time, IOptions<SocketTransportOptions> transport, ILoggerFactory loggers)
    {
        _door = door;
        _gates = gates;
        _time = time;
        _backlog = transport.Value.Backlog;
        _connections = new(AsKestrelWould(transport.Value), loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var address = (ListenerEndPoint)endpoint;
        var socket = ListenSocket.Open(address, _backlog);
        return new(new NodeListener(socket, address.Listener, _gates[address.Listener], _connections, _door.Current.Config.Shutdown.Handover, _time));
    }

    public void Dispose() => _connections.Dispose();

    // The public constructor leaves out the pool of pinned buffers that Kestrel gives its own transport, and takes an allocation for each
    // buffer instead. A test looks for it.
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SocketConnectionFactoryOptions AsKestrelWould(SocketTransportOptions transport);
}
