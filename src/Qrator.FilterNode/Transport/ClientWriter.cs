using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Qrator.FilterNode.Sockets;

namespace Qrator.FilterNode.Transport;

/// <summary>
/// Writes to a client's socket, without a pipe between: what is flushed is sent at once, and the flush is over when the system has taken all of it. Keeps
/// no buffer between flushes. Used by one writer; <see cref="CancelPendingFlush"/> and <see cref="End"/> by any thread.
/// </summary>
internal sealed class ClientWriter : PipeWriter, IValueTaskSource<FlushResult>, ISocketUser
{
    // The head of a response and a small body fit.
    private const int Usual = 4 << 10;
    private const int Large = 16 << 10;

    // Also what is locked: a lock of its own would be one more object for every connection.
    private readonly SocketSend _send;
    private readonly ITransportOwner _owner;
    private byte[]? _buffer;
    private int _written;

    // What is being sent.
    private byte[]? _sent;
    private bool _isSending;
    private volatile bool _isOver;
    private volatile bool _isCancelled;

    // Somebody waits for the end of a flush.
    private bool _isWaiting;
    private ManualResetValueTaskSourceCore<FlushResult> _flush;
    private CancellationToken _patience;
    private CancellationTokenRegistration _givingUp;

    /// <param name="socket">The socket.</param>
    /// <param name="owner">Who is to know of its end.</param>
    public ClientWriter(LoopSocket socket, ITransportOwner owner)
    {
        _owner = owner;
        _send = new(socket, this);
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsMemory(_written);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _buffer.AsSpan(_written);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)((_buffer?.Length ?? 0) - _written), nameof(bytes));
        _written += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _isSending))
        {
            // Somebody has given up waiting for the flush before, which goes on all the same.
            return FlushNextAsync(cancellationToken);
        }

        return _written == 0 || TrySend() ? new(Result()) : WaitAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        this.Write(source.Span);
        return FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        lock (_send)
        {
            _isCancelled = true;
        }

        EndWait();
    }

    /// <summary>Nothing more is written. What was written and not flushed is sent, if the system takes it at once.</summary>
    public override void Complete(Exception? exception = null)
    {
        var isSent = !Volatile.Read(ref _isSending) && (_written == 0 || TrySend());
        GiveBack(ref _buffer);
        _written = 0;
        _owner.OutputCompleted(isSent);
    }

    /// <summary>Flushes tell that nobody reads any more; one that waits does when the socket is closed, which MUST follow.</summary>
    public void End() => _isOver = true;

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _flush.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _flush.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _flush.OnCompleted(continuation, state, token, flags);

    private FlushResult Result()
    {
        var result = new FlushResult(_isCancelled, _isOver);
        _isCancelled = false;
        return result;
    }

    /// <summary>Sends what was written.</summary>
    /// <returns>False when it is still on its way to the system.</returns>
    private bool TrySend()
    {
        (_sent, var length, _buffer, _written) = (_buffer, _written, null, 0);
        if (!_isOver)
        {
            Volatile.Write(ref _isSending, true);
            if (!_send.Start(_sent.AsMemory(0, length)))
            {
                return false;
            }
        }

        Note();
        return true;
    }

    void ISocketUser.Ended(SocketOperation operation) => EndWait(isSent: true);

    private void Note()
    {
        if (_isSending && _send.Error != SocketError.Success)
        {
            // Whoever reads the connection may not read just now, and is to hear of it all the same.
            _isOver = true;
            _owner.OutputFailed();
        }

        GiveBack(ref _sent);
        Volatile.Write(ref _isSending, false);
    }

    private ValueTask<FlushResult> WaitAsync(CancellationToken cancellationToken)
    {
        lock (_send)
        {
            if (!_isSending)
            {
                return new(Result());
            }

            if (_isCancelled)
            {
                return new(Result());
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<FlushResult>(cancellationToken);
            }

            _flush.Reset();
            _isWaiting = true;
            _patience = cancellationToken;
            if (cancellationToken.CanBeCanceled)
            {
                _givingUp = cancellationToken.UnsafeRegister(static (writer, token) => ((ClientWriter)writer!).GiveUp(token), this);
            }

            return new(this, _flush.Version);
        }
    }

    private async ValueTask<FlushResult> FlushNextAsync(CancellationToken cancellationToken)
    {
        var before = await WaitAsync(cancellationToken);
        return before.IsCanceled ? before : await FlushAsync(cancellationToken);
    }

    private void EndWait(bool isSent = false)
    {
        FlushResult result;
        lock (_send)
        {
            if (isSent)
            {
                // Under one lock with the end of the wait, which otherwise might be that for the next flush.
                Note();
            }

            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
            _givingUp.Unregister();
            _givingUp = default;
            result = Result();
        }

        _flush.SetResult(result);
    }

    private void GiveUp(CancellationToken token)
    {
        lock (_send)
        {
            if (!_isWaiting || _patience != token)
            {
                return;
            }

            _isWaiting = false;
            _givingUp = default;
        }

        _flush.SetException(new OperationCanceledException(token));
    }

    private void MakeRoom(int sizeHint)
    {
        var needed = _written + Math.Max(sizeHint, 1);
        if (_buffer is { } buffer && needed <= buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(_buffer is null ? Math.Max(Usual, needed) : Math.Max(Math.Max(Large, _buffer.Length * 2), needed));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        GiveBack(ref _buffer);
        _buffer = larger;
    }

    private static void GiveBack(ref byte[]? buffer)
    {
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = null;
        }
    }
}
