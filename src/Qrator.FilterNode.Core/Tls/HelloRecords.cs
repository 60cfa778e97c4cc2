using System.Buffers;
using System.Buffers.Binary;

namespace Qrator.FilterNode.Tls;

/// <summary>
/// The records that the ClientHello comes in (RFC 8446, section 5.1: a handshake message may be split over several). Joining them changes nothing
/// that the handshake signs: its transcript is made of messages, without their records (section 4.4.1). Looks at every record once, however the
/// bytes are cut. Allocates nothing, never throws. Used by one thread at a time.
/// </summary>
public struct HelloRecords
{
    /// <summary>The most bytes that are looked at, heads of records included; what is longer is not joined.</summary>
    public const int Longest = 1 << 14;

    // Type, version, length (RFC 8446, section 5.1).
    private const int RecordHead = 5;
    private const int LengthAt = 3;
    private const byte Handshake = 22;

    // Type and length (RFC 8446, section 4).
    private const int MessageHead = 4;
    private const byte ClientHello = 1;

    private int _messageLength;
    private int _headBytes;
    private uint _head;

    /// <summary>The bytes of the records that were whole when they were looked at.</summary>
    public int Length { readonly get; private set; }

    /// <summary>The bytes of the one record that they make together.</summary>
    public readonly int JoinedLength => RecordHead + _messageLength;

    /// <summary>Looks at what has arrived since the last time.</summary>
    /// <param name="received">All that has arrived, from the first byte on.</param>
    public HelloShape Look(in ReadOnlySequence<byte> received)
    {
        Span<byte> beginning = stackalloc byte[RecordHead + MessageHead];
        while (true)
        {
            var rest = received.Slice(Length);
            var there = (int)Math.Min(rest.Length, beginning.Length);
            rest.Slice(0, there).CopyTo(beginning);
            if (there > 0 && beginning[0] != Handshake)
            {
                return HelloShape.AsItIs;
            }

            if (there < RecordHead)
            {
                return HelloShape.Incomplete;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(beginning[LengthAt..]);
            if (length == 0 || Length + RecordHead + length > Longest)
            {
                return HelloShape.AsItIs;
            }

            var (head, headBytes) = (_head, _headBytes);
            for (var i = RecordHead; i < Math.Min(there, RecordHead + length) && headBytes < MessageHead; i++, headBytes++)
            {
                head = (head << 8) | beginning[i];
            }

            var ends = false;
            if (headBytes == MessageHead)
            {
                ends = _messageLength + length >= MessageHead + (head & 0xFF_FFFF);
                if (head >> 24 != ClientHello || (ends && Length == 0))
                {
                    return HelloShape.AsItIs;
                }
            }

            if (rest.Length < RecordHead + length)
            {
                return HelloShape.Incomplete;
            }

            (_head, _headBytes) = (head, headBytes);
            _messageLength += length;
            Length += RecordHead + length;
            if (ends)
            {
                return HelloShape.Split;
            }
        }
    }

    /// <summary>Writes one record in place of several. MUST follow a <see cref="Look"/> that told <see cref="HelloShape.Split"/>.</summary>
    /// <param name="received">What was looked at.</param>
    /// <param name="joined">Takes the record: <see cref="JoinedLength"/> bytes.</param>
    public readonly void Join(in ReadOnlySequence<byte> received, Span<byte> joined)
    {
        received.Slice(0, RecordHead).CopyTo(joined);
        BinaryPrimitives.WriteUInt16BigEndian(joined[LengthAt..], (ushort)_messageLength);
        var target = joined[RecordHead..];
        Span<byte> head = stackalloc byte[RecordHead];
        for (var start = 0; start < Length;)
        {
            received.Slice(start, RecordHead).CopyTo(head);
            var length = BinaryPrimitives.ReadUInt16BigEndian(head[LengthAt..]);
            received.Slice(start + RecordHead, length).CopyTo(target);
            target = target[length..];
            start += RecordHead + length;
        }
    }
}
