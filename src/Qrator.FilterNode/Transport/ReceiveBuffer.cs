using System.Buffers;

namespace Qrator.FilterNode.Transport;

/// <summary>
/// What was received and not consumed, in one piece. A small buffer is always there; larger ones are borrowed while a client fills them. Used by one thread
/// at a time.
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
    private readonly byte[] _small = new byte[Small];
    private byte[] _buffer;

    // Places in the buffer: up to where it was consumed, examined and filled.
    private int _consumed;
    private int _examined;
    private int _filled;

    public ReceiveBuffer()
    {
        _buffer = _small;
        _segment.Show(_small);
    }

    /// <summary>Whether there is something that was not examined.</summary>
    public bool HasNews => _filled > _examined;

    /// <summary>Whether all was consumed.</summary>
    public bool IsEmpty => _consumed == _filled;

    /// <summary>Whether nothing more can be received before there is room again.</summary>
    public bool IsFull => _filled == _buffer.Length;

    /// <summary>Whether nothing is borrowed.</summary>
    public bool IsSmall => _buffer == _small;

    /// <summary>Where to receive into.</summary>
    public Memory<byte> Room => _buffer.AsMemory(_filled);

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

    /// <summary>Begins anew: with a large buffer only for bytes that are there, as one that waits for some may wait for long. What was not consumed is gone.</summary>
    /// <param name="waiting">How many are there.</param>
    public void Rewind(int waiting)
    {
        if (waiting > Small)
        {
            Exchange(ArrayPool<byte>.Shared.Rent(Math.Clamp(waiting, Large, Largest)));
        }
        else
        {
            Exchange(_small);
        }

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
        if (buffer == _buffer)
        {
            return;
        }

        if (_buffer != _small)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = buffer;
        _segment.Show(buffer);
    }
}
