using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// One listening socket with a thread that accepts from it. A peer that the gate refuses is reset before anything is built for it; the
/// others go on to Kestrel. A thread that blocks in accept costs less a connection than an asynchronous accept, and nothing it does waits
/// for anything else.
/// </summary>
internal sealed class NodeListener : IConnectionListener
{
    // How long to let a failure pass, mostly the want of file descriptors. The connections wait in the backlog meanwhile.
    private static readonly TimeSpan FailurePause = TimeSpan.FromMilliseconds(100);
    private static readonly LingerOption NoLinger = new(enable: false, seconds: 0);

    private readonly Socket _socket;
    private readonly ListenerGate _gate;
    private readonly SocketConnectionContextFactory _connections;
    private readonly TimeSpan _handover;
    private readonly TimeProvider _time;
    private readonly int _listener;
    private readonly CancellationTokenSource _closing = new();

    // The gate's slots bound it.
    private readonly Channel<(Socket Socket, ClientKey Peer, ConnectionLease Lease)> _accepted =
        Channel.CreateUnbounded<(Socket, ClientKey, ConnectionLease)>(new() { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true });

    public NodeListener(Socket socket, int listener, ListenerGate gate, SocketConnectionContextFactory connections, TimeSpan handover, TimeProvider time)
    {
        _socket = socket;
        _listener = listener;
        _gate = gate;
        _connections = connections;
        _handover = handover;
        _time = time;
        EndPoint = socket.LocalEndPoint!;
        new Thread(Accept) { IsBackground = true, Name = $"accept {EndPoint}" }.Start();
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_accepted.Reader.TryRead(out var accepted) && TryMake(accepted.Socket, accepted.Peer, accepted.Lease) is { } connection)
            {
                return connection;
            }
        }

        return null;
    }

    /// <summary>
    /// Stops taking connections. New ones are turned away to whoever else listens on the port; those that have begun are taken until the
    /// time of the handover is over, so that nobody who was let in is reset.
    /// </summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (_handover > TimeSpan.Zero && !_closing.IsCancellationRequested && ListenSocket.TryRefuseHandshakes(_socket))
        {
            await Task.Delay(_handover, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _closing.CancelAsync();
        _socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _socket.Dispose();
        while (await _accepted.Reader.WaitToReadAsync())
        {
            if (_accepted.Reader.TryRead(out var accepted))
            {
                accepted.Lease.Dispose();
                accepted.Socket.Dispose();
            }
        }
    }

    private void Accept()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                Admit(_socket.Accept());
            }
            catch (SocketException) when (!_closing.IsCancellationRequested)
            {
                _gate.Store.CountAcceptFailure();
                Task.Delay(FailurePause, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                break;
            }
        }

        _accepted.Writer.Complete();
    }

    private void Admit(Socket socket)
    {
        _gate.Store.CountAccepted();
        var peer = ClientKey.FromAddress(((IPEndPoint)socket.RemoteEndPoint!).Address);
        if (_gate.Enter(peer) is not { } lease)
        {
            // A reset, by the linger inherited from the listening socket.
            socket.Dispose();
            return;
        }

        _accepted.Writer.TryWrite((socket, peer, lease));
    }

    private ConnectionContext? TryMake(Socket socket, in ClientKey peer, ConnectionLease lease)
    {
        try
        {
            // Kestrel's way of closing must not lose what is on its way.
            socket.LingerState = NoLinger;
            var connection = _connections.Create(socket);
            connection.Features.Set(new ConnectionFeature(connection, socket, _listener, peer, lease));
            return connection;
        }
        catch (SocketException)
        {
            // Gone already.
            lease.Dispose();
            socket.Dispose();
            return null;
        }
    }
}
