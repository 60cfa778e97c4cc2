using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Qrator.FilterNode.Http2;

/// <summary>
/// Finds the frames of HTTP/2 (RFC 9113, section 4.1) in the bytes of a connection, however they are cut. Payloads are skipped.
/// Never allocates, never throws. Used by one thread at a time.
/// </summary>
public struct FrameReader
{
    private const int HeadLength = 9;

    private Head _head;
    private int _kept;
    private int _payload;

    /// <summary>Begins after so many bytes that are no frames: the preface.</summary>
    public FrameReader(int preface) => _payload = preface;

    /// <summary>Goes on with the next bytes until a frame begins.</summary>
    /// <param name="bytes">What arrived; shortened by what was read.</param>
    /// <param name="frame">The frame whose head is complete now; its payload need not be there.</param>
    /// <returns>False when the bytes are used up before another frame begins.</returns>
    public bool TryRead(ref ReadOnlySpan<byte> bytes, out FrameHead frame)
    {
        var skipped = Math.Min(_payload, bytes.Length);
        _payload -= skipped;
        bytes = bytes[skipped..];
        if (_kept == 0 && bytes.Length >= HeadLength)
        {
            frame = Parse(bytes);
            bytes = bytes[HeadLength..];
            _payload = frame.Length;
            return true;
        }

        var taken = Math.Min(HeadLength - _kept, bytes.Length);
        bytes[..taken].CopyTo(((Span<byte>)_head)[_kept..]);
        bytes = bytes[taken..];
        _kept += taken;
        if (_kept < HeadLength)
        {
            frame = default;
            return false;
        }

        _kept = 0;
        frame = Parse(_head);
        _payload = frame.Length;
        return true;
    }

    private static FrameHead Parse(ReadOnlySpan<byte> head) => new(
        (head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head[1..]),
        (FrameType)head[3],
        head[4],
        BinaryPrimitives.ReadInt32BigEndian(head[5..]) & int.MaxValue);

    [InlineArray(HeadLength)]
    private struct Head
    {
        private byte _first;
    }
}
