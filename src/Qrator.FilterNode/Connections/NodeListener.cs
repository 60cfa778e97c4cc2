using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Transport;

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

    // Above the round trip of any visitor, and below the second after which a system sends a SYN again that was turned away.
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromMilliseconds(500);
    private static readonly LingerOption NoLinger = new(enable: false, seconds: 0);

    private readonly Socket _socket;
    private readonly ListenerGate _gate;
    private readonly MemoryPool<byte> _pool;
    private readonly TimeSpan _handover;
    private readonly TimeProvider _time;
    private readonly int _listener;
    private readonly CancellationTokenSource _closing = new();

    // The gate's slots bound it.
    private readonly Channel<AcceptedConnection> _accepted =
        Channel.CreateUnbounded<AcceptedConnection>(new() { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true });

    public NodeListener(Socket socket, int listener, ListenerGate gate, MemoryPool<byte> pool, TimeSpan handover, TimeProvider time)
    {
        _socket = socket;
        _listener = listener;
        _gate = gate;
        _pool = pool;
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
            if (_accepted.Reader.TryRead(out var accepted) && TryMake(accepted) is { } connection)
            {
                return connection;
            }
        }

        return null;
    }

    /// <summary>
    /// Stops taking connections. New ones are turned away to whoever else listens on the port; those that have begun are taken, and have
    /// until the end of the handover to send their first request, so that nobody is reset. The token cuts the handover short.
    /// </summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (_handover > TimeSpan.Zero && ListenSocket.TryRefuseHandshakes(_socket))
        {
            var handshakes = _handover < HandshakePatience ? _handover : HandshakePatience;
            await Task.Delay(handshakes, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await CloseAsync();
            await Task.Delay(_handover - handshakes, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        while (await _accepted.Reader.WaitToReadAsync())
        {
            if (_accepted.Reader.TryRead(out var accepted))
            {
                accepted.Lease.Dispose();
                accepted.Socket.Dispose();
            }
        }
    }

    private async ValueTask CloseAsync()
    {
        await _closing.CancelAsync();
        _socket.Dispose();
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
        if (_gate.Enter(peer, out var expectsProxyHeader) is not { } lease)
        {
            // A reset, by the linger inherited from the listening socket.
            socket.Dispose();
            return;
        }

        _accepted.Writer.TryWrite(new(socket, peer, lease, expectsProxyHeader));
    }

    private ConnectionContext? TryMake(in AcceptedConnection accepted)
    {
        try
        {
            // Closing must not lose what is on its way.
            accepted.Socket.LingerState = NoLinger;
            var connection = new ClientConnection(accepted.Socket, EndPoint, _pool);
            connection.Features.Set(new ConnectionFeature(connection, accepted.Socket, _listener, accepted.Peer, accepted.Lease)
            {
                ExpectsProxyHeader = accepted.ExpectsProxyHeader,
            });
            return connection;
        }
        catch (SocketException exception)
        {
            // Mostly gone already.
            if (exception.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                _gate.Store.CountAcceptFailure();
            }

            accepted.Lease.Dispose();
            accepted.Socket.Dispose();
            return null;
        }
    }
}
