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
/// others are received on the loops, and Kestrel gets those that have to go to it. A thread that blocks in accept costs less a connection than an
/// asynchronous accept, and nothing it does waits for anything else.
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
    private readonly Reception _reception;
    private readonly MemoryPool<byte> _pool;
    private readonly TimeSpan _handover;
    private readonly TimeProvider _time;
    private readonly int _listener;
    private readonly CancellationTokenSource _closing = new();

    // For Kestrel. The gate's slots bound it.
    private readonly Channel<ConnectionContext> _received = Channel.CreateUnbounded<ConnectionContext>(new() { SingleReader = true, AllowSynchronousContinuations = true });

    public NodeListener(Socket socket, int listener, ListenerGate gate, Reception reception, MemoryPool<byte> pool, TimeSpan handover, TimeProvider time)
    {
        _socket = socket;
        _listener = listener;
        _gate = gate;
        _reception = reception;
        _pool = pool;
        _handover = handover;
        _time = time;
        EndPoint = socket.LocalEndPoint!;
        new Thread(Accept) { IsBackground = true, Name = $"accept {EndPoint}" }.Start();
    }

    public EndPoint EndPoint { get; }

    /// <summary>A connection that Kestrel has to serve; null when there will be none any more.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _received.Reader.WaitToReadAsync(cancellationToken) && _received.Reader.TryRead(out var connection) ? connection : null;

    /// <summary>
    /// Stops taking connections, then lets all end with what is in progress on them, and waits for those that Kestrel does not know of. New ones are turned
    /// away to whoever else listens on the port; those that have begun are taken, and have until the end of the handover to send their first request, so that
    /// nobody is reset. The token cuts the handover short, and what is in progress.
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
        await _reception.StopAsync(cancellationToken);
        _received.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _received.Writer.TryComplete();
        while (_received.Reader.TryRead(out var connection))
        {
            connection.Abort(new ConnectionAbortedException("nobody takes it"));
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

        if (TryMake(socket, peer, lease, expectsProxyHeader) is { } feature)
        {
            _ = _reception.ServeAsync(feature, _received.Writer);
            Open(feature);
        }
    }

    private ConnectionFeature? TryMake(Socket socket, in ClientKey peer, ConnectionLease lease, bool expectsProxyHeader)
    {
        try
        {
            // Closing must not lose what is on its way.
            socket.LingerState = NoLinger;
            var connection = new ClientConnection(socket, EndPoint, _pool);
            var feature = new ConnectionFeature(connection, socket, _listener, peer, lease) { ExpectsProxyHeader = expectsProxyHeader };
            connection.Features.Set(feature);
            return feature;
        }
        catch (SocketException)
        {
            // Mostly gone already.
            lease.Dispose();
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Now that it is waited for, so that it is a loop that goes on with it, and not the thread that accepts.</summary>
    private void Open(ConnectionFeature feature)
    {
        try
        {
            feature.Transport.Open();
        }
        catch (SocketException)
        {
            _gate.Store.CountAcceptFailure();
            feature.Reset();
        }
    }
}
