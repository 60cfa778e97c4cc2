using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Sockets;

namespace Qrator.FilterNode.Transport;

/// <summary>
/// Reads a client's socket into one buffer, without a pipe between. As long as there is room, a receive is under way, so that the end of a connection is
/// noticed while a request runs; the next one begins only when the reader has said how far it came, so that nobody fills the node's memory. A connection
/// on which nothing happens keeps no buffer. Used by one reader;
/// <see cref="CancelPendingRead"/> and <see cref="End"/> by any thread.
/// </summary>
internal sealed class ClientReader : PipeReader, IValueTaskSource<ReadResult>, ISocketUser
{
    // How many receives in a row may find bytes at once before the thread, which serves many sockets, is let go.
    private const int MostAtOnce = 16;

    private readonly LoopSocket _socket;
    private readonly SocketReceive _receive;
    private readonly ITransportOwner _owner;

    // Also what is locked: a lock of its own would be one more object for every connection.
    private readonly ReceiveBuffer _buffer = new();
    private int _atOnce;
    private bool _isReceiving;

    // What is received is only the news that something has come: it may be long until then, and no buffer is to wait for it.
    private bool _isPeeking;
    private bool _isOver;

    // The reader was shown the buffer and has not said how far it came.
    private bool _isShown;
    private bool _isCancelled;
    private bool _isCompleted;
    private Exception? _failure;

    // Somebody waits for the result.
    private bool _isWaiting;
    private ManualResetValueTaskSourceCore<ReadResult> _result;
    private CancellationToken _patience;
    private CancellationTokenRegistration _givingUp;

    /// <param name="socket">The socket.</param>
    /// <param name="owner">Who is to know when nothing more can come.</param>
    public ClientReader(LoopSocket socket, ITransportOwner owner)
    {
        _socket = socket;
        _owner = owner;
        _receive = new(socket, this);
    }

    // Whether there is something to tell the reader.
    private bool IsReady => _buffer.HasNews || _isOver || _isCancelled || _failure is not null;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        lock (_buffer)
        {
            if (!IsReady && !_isReceiving)
            {
                MakeRoom();
                if (!_isOver)
                {
                    Receive();
                }
            }

            if (IsReady && (_atOnce < MostAtOnce || _isCancelled))
            {
                return new(Take());
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<ReadResult>(cancellationToken);
            }

            _result.Reset();
            _isWaiting = true;
            _patience = cancellationToken;
            if (IsReady)
            {
                _atOnce = 0;
                ThreadPool.UnsafeQueueUserWorkItem(static reader => reader.EndWait(), this, preferLocal: false);
            }

            if (cancellationToken.CanBeCanceled)
            {
                _givingUp = cancellationToken.UnsafeRegister(static (reader, token) => ((ClientReader)reader!).GiveUp(token), this);
            }

            return new(this, _result.Version);
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (_buffer)
        {
            if (IsReady)
            {
                result = Take();
                return true;
            }

            result = default;
            return false;
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_buffer)
        {
            _isShown = false;
            _buffer.Advance(consumed.GetInteger(), examined.GetInteger());
            if (_isOver || _failure is not null || (_isReceiving && !_isPeeking && !TryTakeBack()))
            {
                return;
            }

            if (_buffer.IsEmpty)
            {
                Rewind();
                if (!_isReceiving)
                {
                    Receive();
                }
            }
            else if (!_isReceiving && _buffer.HasNews && !_buffer.IsFull)
            {
                // The reader holds back what came early; whoever goes away meanwhile is to be noticed all the same.
                Receive(isEarly: true);
            }
        }
    }

    public override void CancelPendingRead()
    {
        lock (_buffer)
        {
            _isCancelled = true;
        }

        EndWait();
    }

    /// <summary>Nobody reads any more. The buffer goes back as soon as nothing is received into it.</summary>
    public override void Complete(Exception? exception = null)
    {
        lock (_buffer)
        {
            _isCompleted = true;
            GiveBack();
        }
    }

    /// <summary>Reading fails from now on; a read that waits fails when the socket is closed, which MUST follow.</summary>
    public void End(Exception reason)
    {
        lock (_buffer)
        {
            _failure ??= reason;
            if (_isReceiving && !_isWaiting && _receive.TryCancel())
            {
                // Nobody is to be told when the socket is closed.
                _isReceiving = false;
                if (_isCompleted)
                {
                    GiveBack();
                }
            }

            if (!_isReceiving)
            {
                BeOver();
            }
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _result.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _result.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);

    private ReadResult Take()
    {
        if (!_isCancelled && _failure is not null)
        {
            throw _failure;
        }

        var result = new ReadResult(_buffer.Unread, _isCancelled, _isOver);
        _isCancelled = false;
        _isShown = true;
        return result;
    }

    /// <summary>Begins to receive behind what the buffer holds, and takes at once what is there.</summary>
    /// <param name="isEarly">Whether what the buffer holds was not consumed.</param>
    /// <param name="hasNews">Whether something is known to have come.</param>
    /// <param name="tells">Whether the end is told.</param>
    private void Receive(bool isEarly = false, bool hasNews = false, bool tells = true)
    {
        _isReceiving = true;
        _isPeeking = isEarly ? !_buffer.IsSmall : !hasNews && _buffer.IsNone;
        if (_receive.Start(_isPeeking ? default : _buffer.Room))
        {
            _atOnce++;
            Note(tells);
        }
    }

    void ISocketUser.Ended(SocketOperation operation)
    {
        bool ended;
        lock (_buffer)
        {
            _atOnce = 0;
            ended = !_isOver;
            Note(tells: false);
            ended &= _isOver;
        }

        EndWait();
        if (ended)
        {
            // After the reader, which has mostly closed the connection by now.
            _owner.InputEnded();
        }
    }

    /// <summary>A receive has ended.</summary>
    private void Note(bool tells = true)
    {
        _isReceiving = false;
        var (error, received) = (_receive.Error, _receive.Received);
        if (error != SocketError.Success)
        {
            _failure ??= error == SocketError.ConnectionReset ? new ConnectionResetException("reset by the client") : new ConnectionAbortedException();
        }

        if (_failure is not null)
        {
            // Also what has still come is for nobody.
            BeOver(tells);
        }
        else if (_isPeeking)
        {
            if (!_isCompleted)
            {
                Receive(hasNews: true, tells: tells);
                return;
            }
        }
        else if (received > 0)
        {
            _buffer.Fill(received);
            if (_buffer is { IsSmall: true, IsFull: true } && !_isShown && !_isCompleted && _buffer.TryMakeRoom())
            {
                // What did not fit has mostly come too, and a head is best read in one piece.
                Receive(tells: tells);
                return;
            }
        }
        else
        {
            BeOver(tells);
        }

        if (_isCompleted)
        {
            GiveBack();
        }
    }

    private void BeOver(bool tells = true)
    {
        if (!_isOver)
        {
            _isOver = true;
            if (tells)
            {
                _owner.InputEnded();
            }
        }
    }

    /// <summary>Ends the wait of a reader, if there is one and something to tell.</summary>
    private void EndWait()
    {
        ReadResult result = default;
        Exception? failure;
        lock (_buffer)
        {
            if (!_isWaiting || !IsReady)
            {
                return;
            }

            _isWaiting = false;
            _givingUp.Unregister();
            _givingUp = default;
            failure = _isCancelled ? null : _failure;
            if (failure is null)
            {
                result = Take();
            }
        }

        // Outside the lock: who waited goes on right here.
        if (failure is null)
        {
            _result.SetResult(result);
        }
        else
        {
            _result.SetException(failure);
        }
    }

    private void GiveUp(CancellationToken token)
    {
        lock (_buffer)
        {
            if (!_isWaiting || _patience != token)
            {
                return;
            }

            _isWaiting = false;
            _givingUp = default;
        }

        _result.SetException(new OperationCanceledException(token));
    }

    /// <summary>Takes back a receive that would keep a buffer waiting, of which nothing is needed any more.</summary>
    private bool TryTakeBack()
    {
        _isReceiving = !_buffer.IsEmpty || !_receive.TryCancel();
        return !_isReceiving;
    }

    private void Rewind() => _buffer.Rewind(_buffer.IsFull ? _socket.Available : 0);

    private void MakeRoom()
    {
        if (_buffer.IsEmpty)
        {
            Rewind();
        }
        else if (!_buffer.TryMakeRoom())
        {
            _failure ??= new ConnectionAbortedException("too much that nobody takes");
            BeOver();
        }
    }

    private void GiveBack()
    {
        if (!_isReceiving || _isPeeking)
        {
            _buffer.Rewind(waiting: 0);
        }
    }
}
