using System.Buffers;

namespace Qrator.FilterNode.Transport;

/// <summary>
/// What was received and not consumed, in one piece. Every buffer is borrowed: none while nothing is there, a small one for the head of a request, larger
/// ones while a client fills them. Used by one thread at a time.
/// </summary>
internal sealed class ReceiveBuffer
{
    // The head of a usual request fits.
    private const int Small = 1 << 10;
    private const int Large = 16 << 10;
    private const int Largest = 64 << 10;

    // More than any parser behind wants to see at once.
    private const int MostUnread = 512 << 10;

    private readonly ClientSegment _segment = new();
    private byte[] _buffer = [];

    // Places in the buffer: up to where it was consumed, examined and filled.
    private int _consumed;
    private int _examined;
    private int _filled;

    /// <summary>Whether there is something that was not examined.</summary>
    public bool HasNews => _filled > _examined;

    /// <summary>Whether all was consumed.</summary>
    public bool IsEmpty => _consumed == _filled;

    /// <summary>Whether nothing more can be received before there is room again.</summary>
    public bool IsFull => _filled == _buffer.Length && !IsNone;

    /// <summary>Whether nothing is borrowed.</summary>
    public bool IsNone => _buffer.Length == 0;

    /// <summary>Whether no more is borrowed than a small buffer.</summary>
    public bool IsSmall => _buffer.Length <= Small;

    /// <summary>Where to receive into, at least a byte unless it is full.</summary>
    public Memory<byte> Room
    {
        get
        {
            if (IsNone)
            {
                Exchange(ArrayPool<byte>.Shared.Rent(Small));
            }

            return _buffer.AsMemory(_filled);
        }
    }

    /// <summary>What was not consumed.</summary>
    public ReadOnlySequence<byte> Unread => _segment.Slice(_consumed, _filled);

    /// <summary>So much of <see cref="Room"/> was filled.</summary>
    public void Fill(int bytes) => _filled += bytes;

    /// <summary>The reader has come so far.</summary>
    /// <param name="consumed">Up to where nothing is needed any more.</param>
    /// <param name="examined">Up to where there is no news.</param>
    public void Advance(int consumed, int examined)
    {
        _consumed = consumed;
        _examined = Math.Max(consumed, examined);
    }

    /// <summary>Begins anew: with a buffer only for bytes that are there, as one that waits for some may wait for long. What was not consumed is gone.</summary>
    /// <param name="waiting">How many are there.</param>
    public void Rewind(int waiting)
    {
        Exchange(waiting > Small ? ArrayPool<byte>.Shared.Rent(Math.Clamp(waiting, Large, Largest)) : []);
        _consumed = _examined = _filled = 0;
    }

    /// <summary>Makes room behind what was not consumed.</summary>
    /// <returns>False when that is too much already.</returns>
    public bool TryMakeRoom()
    {
        if (!IsFull)
        {
            return true;
        }

        var unread = _buffer.AsSpan(_consumed, _filled - _consumed);
        if (unread.Length <= _buffer.Length / 2)
        {
            unread.CopyTo(_buffer);
        }
        else if (unread.Length < MostUnread)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Large, _buffer.Length * 2));
            unread.CopyTo(larger);
            Exchange(larger);
        }
        else
        {
            return false;
        }

        _examined -= _consumed;
        _filled -= _consumed;
        _consumed = 0;
        return true;
    }

    private void Exchange(byte[] buffer)
    {
        if (!IsNone)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = buffer;
        _segment.Show(buffer);
    }
}
