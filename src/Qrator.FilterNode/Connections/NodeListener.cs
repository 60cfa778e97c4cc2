using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Sockets;
using Qrator.FilterNode.Transport;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// One public listener. A peer that the gate refuses is reset before anything is built for it; the others are received on the loops, and Kestrel gets those
/// that have to go to it.
/// </summary>
internal sealed class NodeListener : SocketListener, IConnectionListener
{
    // How long to let a failure pass, mostly the want of file descriptors. The connections wait in the backlog meanwhile.
    private static readonly TimeSpan FailurePause = TimeSpan.FromMilliseconds(100);

    // Above the round trip of any visitor, and below the second after which a system sends a SYN again that was turned away.
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromMilliseconds(500);

    private readonly Socket _socket;
    private readonly ListenerGate _gate;
    private readonly Reception _reception;
    private readonly MemoryPool<byte> _pool;
    private readonly TimeSpan _handover;
    private readonly TimeProvider _time;
    private readonly int _listener;

    // For Kestrel. The gate's slots bound it.
    private readonly Channel<ConnectionContext> _received = Channel.CreateUnbounded<ConnectionContext>(new() { SingleReader = true, AllowSynchronousContinuations = true });

    public NodeListener(Socket socket, int listener, ListenerGate gate, Reception reception, MemoryPool<byte> pool, TimeSpan handover, TimeProvider time)
        : base(socket)
    {
        _socket = socket;
        _listener = listener;
        _gate = gate;
        _reception = reception;
        _pool = pool;
        _handover = handover;
        _time = time;
        EndPoint = socket.LocalEndPoint!;
        Open();
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
            Close();
            await Task.Delay(_handover - handshakes, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Close();
        await _reception.StopAsync(cancellationToken);
        _received.Writer.TryComplete();
    }

    public ValueTask DisposeAsync()
    {
        Close();
        _received.Writer.TryComplete();
        while (_received.Reader.TryRead(out var connection))
        {
            connection.Abort(new ConnectionAbortedException("nobody takes it"));
        }

        return default;
    }

    protected override void Accepted(int descriptor, in ClientKey peer, int port)
    {
        _gate.Store.CountAccepted();
        if (_gate.Enter(peer, out var expectsProxyHeader) is not { } lease)
        {
            // A reset, by the linger inherited from the listening socket.
            SystemCalls.Close(descriptor);
            return;
        }

        var socket = new LoopSocket(descriptor, SocketLoop.ForConnection());

        // Closing must not lose what is on its way.
        socket.SetNoLinger();
        var connection = new ClientConnection(socket, EndPoint, peer, port, _pool);
        var feature = new ConnectionFeature(connection, _listener, peer, lease) { ExpectsProxyHeader = expectsProxyHeader };
        connection.Features.Set(feature);
        _ = _reception.ServeAsync(feature, _received.Writer);
        try
        {
            // Now that it is waited for, so that it is its own loop that goes on with it.
            connection.Open();
        }
        catch (SocketException)
        {
            _gate.Store.CountAcceptFailure();
            feature.Reset();
        }
    }

    protected override void Failed()
    {
        _gate.Store.CountAcceptFailure();
        _ = ResumeAsync();
    }

    private async Task ResumeAsync()
    {
        while (true)
        {
            await Task.Delay(FailurePause, _time, CancellationToken.None);
            try
            {
                Resume();
                return;
            }
            catch (SocketException)
            {
                _gate.Store.CountAcceptFailure();
            }
        }
    }
}
