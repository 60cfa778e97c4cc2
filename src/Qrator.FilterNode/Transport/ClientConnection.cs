using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Sockets;

namespace Qrator.FilterNode.Transport;

/// <summary>
/// A client's connection, read and written right on its socket. Kestrel's own transport keeps a pipe and a loop for each direction between them, which cost
/// time with every request and memory with every idle connection. <see cref="Open"/> MUST follow. <see cref="Abort(ConnectionAbortedException)"/> may be called
/// by any thread.
/// </summary>
internal sealed class ClientConnection
    : ConnectionContext, IDuplexPipe, IConnectionIdFeature, IConnectionItemsFeature, IConnectionTransportFeature, IConnectionLifetimeFeature,
        IConnectionEndPointFeature, IMemoryPoolFeature, ITransportOwner
{
    private static readonly Type[] Roles =
    [
        typeof(IConnectionIdFeature), typeof(IConnectionItemsFeature), typeof(IConnectionTransportFeature), typeof(IConnectionLifetimeFeature),
        typeof(IConnectionEndPointFeature), typeof(IMemoryPoolFeature),
    ];

    private static long _connections;

    private readonly ClientReader _input;
    private readonly ClientWriter _output;
    private readonly ClientKey _peer;
    private readonly int _port;
    private EndPoint? _remote;
    private string? _id;
    private IDictionary<object, object?>? _items;
    private CancellationTokenSource? _closed;
    private Exception? _resetReason;
    private int _isShut;
    private volatile bool _isDisposed;
    private volatile bool _hasEnded;
    private volatile bool _withholdsEnd;

    /// <param name="socket">The socket, which the connection owns.</param>
    /// <param name="local">The node's end, as it listens.</param>
    /// <param name="peer">The address of the other end.</param>
    /// <param name="port">Its port.</param>
    /// <param name="pool">Memory for whoever works with the connection.</param>
    public ClientConnection(LoopSocket socket, EndPoint local, in ClientKey peer, int port, MemoryPool<byte> pool)
    {
        Socket = socket;
        MemoryPool = pool;
        LocalEndPoint = local;
        _peer = peer;
        _port = port;
        _input = new(socket, this);
        _output = new(socket, this);
        Transport = this;
        Features = new FeatureList(this, Roles);
    }

    /// <summary>
    /// Begins to hear of what comes from the client. To be called once, best when somebody waits for it already: then it is the thread of the loop that goes on.
    /// </summary>
    /// <exception cref="SocketException">The system has no room for it.</exception>
    public void Open() => Socket.Wait();

    /// <summary>The socket, for what the system knows of the connection. Never to be read, written or closed past this.</summary>
    public LoopSocket Socket { get; }

    /// <inheritdoc/>
    public MemoryPool<byte> MemoryPool { get; }

    public override IFeatureCollection Features { get; }

    public override EndPoint? RemoteEndPoint
    {
        // Hardly anybody asks.
        get => _remote ??= new IPEndPoint(_peer.ToAddress(), _port);
        set => _remote = value;
    }

    public override string ConnectionId
    {
        get => _id ??= Interlocked.Increment(ref _connections).ToString("x", System.Globalization.CultureInfo.InvariantCulture);
        set => _id = value;
    }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override IDuplexPipe Transport { get; set; }

    /// <summary>What comes from the client, whatever <see cref="Transport"/> has become.</summary>
    public PipeReader Input => _input;

    /// <summary>Whether the client is there.</summary>
    public ClientPresence Presence { get; } = new();

    /// <summary>Cancelled when nothing more comes from the client; see <see cref="WithholdEnd"/>. Cannot be set.</summary>
    /// <exception cref="NotSupportedException">Set.</exception>
    public override CancellationToken ConnectionClosed
    {
        // Hardly anybody asks.
        get => (Volatile.Read(ref _closed) ?? MakeClosed()).Token;
        set => throw new NotSupportedException();
    }

    /// <summary>Why the connection was reset from this side; null when it was not. Known before anybody hears of the end.</summary>
    public Exception? ResetReason => Volatile.Read(ref _resetReason);

    PipeReader IDuplexPipe.Input => _input;

    PipeWriter IDuplexPipe.Output => _output;

    /// <summary>Resets the connection; what was not sent is lost. Without a reason, which is what Kestrel does when the client has ended its side, only ends it.</summary>
    public override void Abort(ConnectionAbortedException? abortReason)
    {
        if (abortReason is null)
        {
            Close();
        }
        else
        {
            Reset(abortReason);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _output.Complete();
        _input.Complete();
        return default;
    }

    /// <summary>
    /// <see cref="ConnectionClosed"/> does not tell of the end until <see cref="TellEnd"/>. Kestrel ends a connection as soon as it hears of that, also with
    /// a request in it that it has not read.
    /// </summary>
    public void WithholdEnd() => _withholdsEnd = true;

    /// <summary>From now on the end is told, also when it was before. Any number of times.</summary>
    public void TellEnd()
    {
        if (!_withholdsEnd)
        {
            return;
        }

        _withholdsEnd = false;

        // With the ones of whoever writes what is looked at here, and looks at what was written.
        Interlocked.MemoryBarrier();
        if (_hasEnded)
        {
            TellClosed();
        }
    }

    private bool TryShut() => Interlocked.Exchange(ref _isShut, 1) == 0;

    private void Reset(Exception reason)
    {
        if (TryShut())
        {
            Volatile.Write(ref _resetReason, reason);
            _output.End();
            _input.End(reason);
            Socket.Close(resets: true);
        }
    }

    private void Close()
    {
        if (!TryShut())
        {
            return;
        }

        _output.End();
        _input.End(new ConnectionAbortedException("closed"));
        Socket.Close(resets: false);
    }

    void ITransportOwner.OutputCompleted(bool isSent)
    {
        if (!isSent)
        {
            // Not to be taken for complete.
            Reset(new ConnectionAbortedException("given up"));
        }
        else
        {
            Close();
        }
    }

    void ITransportOwner.OutputFailed() => Reset(new ConnectionResetException("gone before it was answered"));

    void ITransportOwner.InputEnded()
    {
        _hasEnded = true;

        // With the one of MakeClosed: of two threads that write here and look there, one sees what the other has written.
        Interlocked.MemoryBarrier();
        if (!_isDisposed && ((Volatile.Read(ref _closed) is not null && !_withholdsEnd) || Presence.Leaves()))
        {
            // Whoever hears of it may do anything, which is nothing for the thread that waits for many sockets.
            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.TellEnded(), this, preferLocal: false);
        }
    }

    private CancellationTokenSource MakeClosed()
    {
        var made = new CancellationTokenSource();
        if (Interlocked.CompareExchange(ref _closed, made, null) is { } other)
        {
            return other;
        }

        if (_hasEnded && !_withholdsEnd)
        {
            made.Cancel();
        }

        return made;
    }

    private void TellEnded()
    {
        if (!_withholdsEnd)
        {
            // First: Kestrel is to know that the client has left when an exchange ends because of it, or it would answer.
            TellClosed();
        }

        Presence.Tell();
    }

    private void TellClosed()
    {
        try
        {
            Volatile.Read(ref _closed)?.Cancel();
        }
        catch (AggregateException)
        {
            // Of those who heard of it, each is on its own.
        }
    }
}
