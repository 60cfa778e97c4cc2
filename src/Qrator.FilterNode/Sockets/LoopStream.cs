using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Qrator.FilterNode.Sockets;

/// <summary>
/// A connection that the node has made, as a stream. Used by one reader and one writer at a time. A read or write that is cancelled ends the connection;
/// those that fail throw <see cref="IOException"/>.
/// </summary>
internal sealed class LoopStream : Stream, IValueTaskSource<int>, IValueTaskSource, ISocketUser
{
    private readonly SocketReceive _receive;
    private readonly SocketSend _send;
    private ManualResetValueTaskSourceCore<int> _read;
    private ManualResetValueTaskSourceCore<bool> _write;
    private TaskCompletionSource? _connected;

    private LoopStream(LoopSocket socket)
    {
        Socket = socket;
        _receive = new(socket, this);
        _send = new(socket, this);
    }

    /// <summary>The socket. Closing it ends whatever is under way on the stream.</summary>
    public LoopSocket Socket { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A new connection, without delay (Nagle). The loop of the thread waits for it, if there is one.</summary>
    /// <exception cref="SocketException">None came about.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before one did.</exception>
    public static async ValueTask<LoopStream> ConnectAsync(EndPoint remote, CancellationToken cancelled)
    {
        var descriptor = SystemCalls.Socket(FamilyOf(remote), SystemCalls.Stream | SystemCalls.NonBlocking | SystemCalls.CloseOnExec, SystemCalls.Tcp);
        if (descriptor < 0)
        {
            throw new SocketException((int)SystemErrors.NameOf(SystemErrors.Last()));
        }

        var stream = new LoopStream(new(descriptor, SocketLoop.Current ?? SocketLoop.Next()));
        stream.Socket.SetNoDelay();
        try
        {
            using (CloseOn(cancelled, stream.Socket))
            {
                await stream.ConnectAsync(remote.Serialize());
            }

            cancelled.ThrowIfCancellationRequested();
            return stream;
        }
        catch (Exception exception)
        {
            stream.Socket.Close(resets: false);
            if (exception is SocketException)
            {
                cancelled.ThrowIfCancellationRequested();
            }

            throw;
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled)
        {
            return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ReadOrCloseAsync(buffer, cancellationToken);
        }

        _read.Reset();
        if (!_receive.Start(buffer))
        {
            return new(this, _read.Version);
        }

        return _receive.Error == SocketError.Success ? new(_receive.Received) : ValueTask.FromException<int>(FailureOf(_receive));
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled)
        {
            return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : WriteOrCloseAsync(buffer, cancellationToken);
        }

        _write.Reset();
        if (!_send.Start(buffer))
        {
            return new(this, _write.Version);
        }

        return _send.Error == SocketError.Success ? default : ValueTask.FromException(FailureOf(_send));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is kept back.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token) => _write.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _write.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _write.OnCompleted(continuation, state, token, flags);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Socket.Close(resets: false);
        }

        base.Dispose(disposing);
    }

    // AF_INET, AF_INET6
    private static int FamilyOf(EndPoint remote) => remote.AddressFamily == AddressFamily.InterNetworkV6 ? 10 : 2;

    private static CancellationTokenRegistration CloseOn(CancellationToken cancelled, LoopSocket socket) =>
        cancelled.UnsafeRegister(static socket => ((LoopSocket)socket!).Close(resets: false), socket);

    private static IOException FailureOf(SocketOperation operation)
    {
        var reason = new SocketException((int)operation.Error);
        return new(reason.Message, reason);
    }

    private async ValueTask ConnectAsync(SocketAddress address)
    {
        var connected = _connected = new();
        var connect = new SocketConnect(Socket, address, this);
        var isOver = connect.Start();
        Socket.Wait();
        if (!isOver)
        {
            await connected.Task;
        }

        _connected = null;

        if (connect.Error != SocketError.Success)
        {
            throw new SocketException((int)connect.Error);
        }

        Socket.Writes(_send);
    }

    private async ValueTask<int> ReadOrCloseAsync(Memory<byte> buffer, CancellationToken cancelled)
    {
        using var closing = CloseOn(cancelled, Socket);
        try
        {
            return await ReadAsync(buffer, CancellationToken.None);
        }
        catch (IOException) when (cancelled.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancelled);
        }
    }

    private async ValueTask WriteOrCloseAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancelled)
    {
        using var closing = CloseOn(cancelled, Socket);
        try
        {
            await WriteAsync(buffer, CancellationToken.None);
        }
        catch (IOException) when (cancelled.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancelled);
        }
    }

    void ISocketUser.Ended(SocketOperation operation)
    {
        if (operation == _receive)
        {
            OnReceived();
        }
        else if (operation == _send)
        {
            OnSent();
        }
        else
        {
            _connected!.SetResult();
        }
    }

    private void OnReceived()
    {
        if (_receive.Error == SocketError.Success)
        {
            _read.SetResult(_receive.Received);
        }
        else
        {
            _read.SetException(FailureOf(_receive));
        }
    }

    private void OnSent()
    {
        if (_send.Error == SocketError.Success)
        {
            _write.SetResult(true);
        }
        else
        {
            _write.SetException(FailureOf(_send));
        }
    }
}
