namespace Qrator.FilterNode.WebSockets;

/// <summary>
/// Follows the bytes of one direction of a WebSocket connection and knows where one frame ends and the next begins (RFC 6455, section 5.2).
/// Looks at nothing else of them and buffers nothing. Not safe for several threads.
/// </summary>
public struct FrameBoundary
{
    private const int CloseOpcode = 8;
    private const int LengthAt = 1;
    private const int Length16 = 126;
    private const int Length64 = 127;
    private const int MaskLength = 4;

    private ulong _payloadLeft;
    private ulong _length;
    private int _opcode;
    private int _headRead;
    private int _lengthEnd;
    private int _headEnd;

    /// <summary>Whether all bytes so far make whole frames.</summary>
    public readonly bool IsReached => _headRead == 0 && _payloadLeft == 0;

    /// <summary>Whether a close frame has gone by, or its head at least.</summary>
    public bool HasClosed { get; private set; }

    /// <summary>Follows all bytes.</summary>
    public void Pass(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[PassOne(bytes)..];
        }
    }

    /// <summary>Follows bytes up to the end of the frame that they are in. Nothing when <see cref="IsReached"/> already.</summary>
    /// <returns>How many bytes that were.</returns>
    public int PassToBoundary(ReadOnlySpan<byte> bytes)
    {
        var passed = 0;
        while (!IsReached && passed < bytes.Length)
        {
            passed += PassOne(bytes[passed..]);
        }

        return passed;
    }

    /// <summary>Follows one byte of a head, or as much of a payload as there is.</summary>
    private int PassOne(ReadOnlySpan<byte> bytes)
    {
        if (_payloadLeft > 0)
        {
            var skipped = (int)Math.Min(_payloadLeft, (ulong)bytes.Length);
            _payloadLeft -= (ulong)skipped;
            return skipped;
        }

        PassHead(bytes[0]);
        return 1;
    }

    private void PassHead(byte next)
    {
        if (_headRead == 0)
        {
            _opcode = next & 0x0F;
            _headEnd = LengthAt + 1;
        }
        else if (_headRead == LengthAt)
        {
            var length = next & 0x7F;
            _length = length < Length16 ? (ulong)length : 0;
            _lengthEnd = LengthAt + 1 + length switch { Length16 => sizeof(ushort), Length64 => sizeof(ulong), _ => 0 };
            _headEnd = _lengthEnd + ((next & 0x80) == 0 ? 0 : MaskLength);
        }
        else if (_headRead < _lengthEnd)
        {
            _length = (_length << 8) | next;
        }

        if (++_headRead == _headEnd)
        {
            HasClosed |= _opcode == CloseOpcode;
            _payloadLeft = _length;
            _headRead = 0;
        }
    }
}
