using System.Buffers;
using Qrator.FilterNode.Sockets;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// One HTTP/1.1 connection to an origin and the bytes read from it that nobody has taken yet. Used by one request at a time;
/// <see cref="Abort"/> by any thread.
/// </summary>
internal sealed class OriginConnection : IDisposable
{
    private const int Usual = 16 << 10;

    // For an origin that fills the usual one: fewer calls for a large body. A larger one is no faster, and a client that reads slowly keeps it.
    private const int Large = 32 << 10;

    private readonly OriginSocket _socket;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Usual);
    private int _start;
    private int _end;

    // The read that an idle connection waits in. It ends when the origin closes the connection, and otherwise is the first read of the next response.
    private ValueTask<int> _ahead;
    private bool _readsAhead;
    private volatile bool _aborted;

    public OriginConnection(in OriginSocket socket) => _socket = socket;

    /// <summary>Where the heads of its requests are put together.</summary>
    public RequestHead Head { get; } = new();

    /// <summary>What the headers of its responses had before.</summary>
    public RepeatedTexts Texts { get; } = new();

    /// <summary>Who waits for it.</summary>
    public SocketLoop Loop => _socket.Socket.Loop;

    /// <summary>Whether it has carried a request before, so that the origin may have closed it meanwhile.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Since when it is idle, in ticks of the node's clock.</summary>
    public long IdleSince { get; private set; }

    /// <summary>What was read and not taken.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary><see cref="Unread"/>, for a reader that changes what it reads.</summary>
    public Span<byte> UnreadToChange => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether the origin can still be expected to answer on it: it neither closed it nor sent what nobody asked for.</summary>
    public bool IsOpen => !_aborted && !(_readsAhead && _ahead.IsCompleted);

    /// <summary>Reads more; <see cref="Received"/> MUST be told how much it was.</summary>
    /// <returns>How many bytes came; 0 at the end.</returns>
    public ValueTask<int> ReadAsync()
    {
        if (_readsAhead)
        {
            _readsAhead = false;
            return _ahead;
        }

        MakeRoom();
        return _socket.Stream.ReadAsync(_buffer.AsMemory(_end));
    }

    /// <summary>So much was read.</summary>
    public void Received(int bytes) => _end += bytes;

    /// <summary>So much of <see cref="Unread"/> was taken.</summary>
    public void Take(int bytes) => _start += bytes;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancelled = default) => _socket.Stream.WriteAsync(bytes, cancelled);

    /// <summary>Begins to wait for the next request. There MUST be nothing unread.</summary>
    public void Rest(long now)
    {
        IsUsed = true;
        IdleSince = now;
        if (_buffer.Length > Usual)
        {
            // Idle connections are many.
            Exchange(ArrayPool<byte>.Shared.Rent(Usual));
        }

        _start = _end = 0;
        _ahead = _socket.Stream.ReadAsync(_buffer);
        _readsAhead = true;
    }

    /// <summary>Resets the connection, and ends whatever is under way on it: an origin that hangs is not to keep the port or what was not sent.</summary>
    public void Abort()
    {
        _aborted = true;
        _socket.Socket.Close(resets: true);
    }

    public void Dispose()
    {
        // A read that is under way may still write to its buffer, which then must not go to anybody else.
        if (!_readsAhead && !_aborted)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _aborted = true;
        _buffer = [];
        _start = _end = 0;
        _socket.Stream.Dispose();
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            if (_end == _buffer.Length && _end < Large)
            {
                Exchange(ArrayPool<byte>.Shared.Rent(Large));
            }

            _start = _end = 0;
            return;
        }

        if (_end < _buffer.Length)
        {
            return;
        }

        var unread = Unread;
        if (unread.Length <= _buffer.Length / 2)
        {
            unread.CopyTo(_buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            unread.CopyTo(larger);
            Exchange(larger);
        }

        (_start, _end) = (0, unread.Length);
    }

    private void Exchange(byte[] buffer)
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = buffer;
    }
}
