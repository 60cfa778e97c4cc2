using System.Buffers.Binary;
using System.Numerics;
using Qrator.FilterNode.Offences;

namespace Qrator.FilterNode.Http1;

// Request lines, header fields and trailers.
public partial struct MessageScanner
{
    private int Method(ReadOnlySpan<byte> bytes, int at)
    {
        var length = bytes[at..].IndexOfAnyExcept(ByteClasses.Token);
        if (length < 0)
        {
            _count = 1;
            return bytes.Length;
        }

        if (bytes[at + length] != Space || length + _count == 0)
        {
            Fail(Unless(bytes[at + length], Violation.RequestLine));
        }

        _count = 0;
        Go(ScanState.Target);
        return at + length + 1;
    }

    private int Target(ReadOnlySpan<byte> bytes, int at)
    {
        var length = bytes[at..].IndexOfAny(ByteClasses.TargetEnds);
        if (length < 0)
        {
            _count = 1;
            return bytes.Length;
        }

        if (bytes[at + length] != Space || length + _count == 0)
        {
            Fail(Unless(bytes[at + length], Violation.RequestLine));
        }

        _count = 0;
        Go(ScanState.Version);
        return at + length + 1;
    }

    private int Version(ReadOnlySpan<byte> bytes, int at)
    {
        var expected = "HTTP/1.1\r"u8;
        if (_count == 0 && bytes[at..].StartsWith(expected))
        {
            _facts |= HeadFacts.Version11;
            _state = ScanState.LineFeed;
            return at + expected.Length;
        }

        var next = bytes[at];
        if (_count == expected.Length - 2 && next is (byte)'0' or (byte)'1')
        {
            _facts |= next == (byte)'1' ? HeadFacts.Version11 : HeadFacts.None;
        }
        else if (next != expected[_count])
        {
            Fail(Unless(next, Violation.RequestLine));
        }

        if (++_count == expected.Length)
        {
            _count = 0;
            Go(ScanState.LineFeed);
        }

        return at + 1;
    }

    private int HeaderStart(ReadOnlySpan<byte> bytes, int at)
    {
        switch (bytes[at])
        {
            case Return:
                _state = ScanState.HeadEnd;
                return at + 1;
            case Space or Tab:
                Fail(Violation.LineFolding);
                return at + 1;
            default:
                _count = 0;
                _state = ScanState.Name;
                return at;
        }
    }

    private int Name(ReadOnlySpan<byte> bytes, int at)
    {
        var rest = bytes[at..];
        var length = rest.IndexOfAnyExcept(ByteClasses.Token);
        if (length < 0)
        {
            Carry(rest);
            return bytes.Length;
        }

        if (rest[length] != Colon || length + _count == 0)
        {
            Fail(Unless(rest[length], Violation.HeaderName));
            return at + length + 1;
        }

        if (_count == 0)
        {
            _names = WithName(_names, rest[..Math.Min(length, CarriedName.Size)]);
            _state = ValueState(rest[..length]);
        }
        else
        {
            Carry(rest[..length]);
            var name = ((ReadOnlySpan<byte>)_name)[..Math.Min(_count, CarriedName.Size)];
            _names = WithName(_names, name);
            _state = ValueState(name);
        }

        return at + length + 1;
    }

    // A multiplication a name: the names come one after the other, and nothing waits for the hash.
    private static ulong WithName(ulong names, ReadOnlySpan<byte> name)
    {
        const ulong Odd = 0x9E37_79B9_7F4A_7C15;
        var tail = Math.Min(name.Length, 2 * sizeof(ulong));
        var (first, last) = name.Length switch
        {
            >= sizeof(ulong) => (BinaryPrimitives.ReadUInt64LittleEndian(name), BinaryPrimitives.ReadUInt64LittleEndian(name[(tail - sizeof(ulong))..])),
            >= sizeof(uint) => (BinaryPrimitives.ReadUInt32LittleEndian(name), (ulong)BinaryPrimitives.ReadUInt32LittleEndian(name[(tail - sizeof(uint))..])),
            _ => (name[0], (ulong)name[^1]),
        };
        return (BitOperations.RotateLeft(names, 23) ^ first ^ BitOperations.RotateLeft(last, 29) ^ (ulong)name.Length) * Odd;
    }

    private void Carry(ReadOnlySpan<byte> part)
    {
        var kept = Math.Min(_count, CarriedName.Size);
        part[..Math.Min(part.Length, CarriedName.Size - kept)].CopyTo(((Span<byte>)_name)[kept..]);
        _count = kept + part.Length;
    }

    private ScanState ValueState(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when System.Text.Ascii.EqualsIgnoreCase(name, "host"u8) => Once(HeadFacts.Host, Violation.Host, ScanState.HostStart),
        14 when System.Text.Ascii.EqualsIgnoreCase(name, "content-length"u8) => Length(HeadFacts.ContentLength, Violation.ContentLength, ScanState.LengthStart),
        17 when System.Text.Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8) => Length(HeadFacts.TransferEncoding, Violation.TransferEncoding, ScanState.CodingStart),
        _ => ScanState.Value,
    };

    private ScanState Length(HeadFacts header, Violation violation, ScanState state)
    {
        _length = 0;
        _count = 0;
        state = Once(header, violation, state);
        const HeadFacts Both = HeadFacts.ContentLength | HeadFacts.TransferEncoding;
        if (Violation == Violation.None && (_facts & Both) == Both)
        {
            Fail(Violation.TwoLengths);
        }
        else if (header == HeadFacts.TransferEncoding && !Has(HeadFacts.Version11))
        {
            Fail(Violation.TransferEncoding);
        }

        return _state == ScanState.Failed ? _state : state;
    }

    private ScanState Once(HeadFacts header, Violation violation, ScanState state)
    {
        if (Has(HeadFacts.Trailers) || Has(header))
        {
            Fail(Has(HeadFacts.Trailers) ? Violation.Trailer : violation);
            return ScanState.Failed;
        }

        _facts |= header;
        return state;
    }

    private int Value(ReadOnlySpan<byte> bytes, int at)
    {
        var length = bytes[at..].IndexOfAny(ByteClasses.Controls);
        if (length < 0)
        {
            return bytes.Length;
        }

        at += length + 1;
        if (bytes[at - 1] != Return)
        {
            Fail(Unless(bytes[at - 1], Violation.ControlCharacter));
            return at;
        }

        // Nearly always the line feed is there too.
        if (at < bytes.Length && bytes[at] == Feed)
        {
            _state = ScanState.HeaderStart;
            return at + 1;
        }

        _state = ScanState.LineFeed;
        return at;
    }

    private int HostStart(ReadOnlySpan<byte> bytes, int at)
    {
        if (bytes[at] is Space or Tab)
        {
            return at + 1;
        }

        _state = ScanState.Value;
        if (bytes[at] == Return && Has(HeadFacts.Version11))
        {
            Fail(Violation.Host);
            return at + 1;
        }

        return at;
    }

    private void ContentLength(byte next)
    {
        if (next is Space or Tab)
        {
            _state = _state == ScanState.LengthStart ? _state : ScanState.LengthEnd;
        }
        else if (next == Return && _state != ScanState.LengthStart)
        {
            _state = ScanState.LineFeed;
        }
        else if (char.IsAsciiDigit((char)next) && _state != ScanState.LengthEnd && _length <= (long.MaxValue - (Decimal - 1)) / Decimal)
        {
            _length = (_length * Decimal) + (next - '0');
            _state = ScanState.LengthDigits;
        }
        else
        {
            Fail(Unless(next, Violation.ContentLength));
        }
    }

    private void TransferEncoding(byte next)
    {
        var expected = "chunked"u8;
        if (next is Space or Tab && _state != ScanState.CodingName)
        {
            return;
        }

        if (_state != ScanState.CodingEnd && (next | 0x20) == expected[_count])
        {
            _state = ++_count == expected.Length ? ScanState.CodingEnd : ScanState.CodingName;
        }
        else if (_state == ScanState.CodingEnd && next == Return)
        {
            _state = ScanState.LineFeed;
        }
        else
        {
            Fail(Unless(next, Violation.TransferEncoding));
        }
    }

    private void EndHead()
    {
        if (Violation != Violation.None || Has(HeadFacts.Trailers))
        {
            return;
        }

        if ((_facts & (HeadFacts.Host | HeadFacts.Version11)) == HeadFacts.Version11)
        {
            Fail(Violation.Host);
        }
        else if (Has(HeadFacts.TransferEncoding))
        {
            _state = ScanState.ChunkStart;
        }
        else if (Has(HeadFacts.ContentLength) && _length > 0)
        {
            _state = ScanState.Body;
        }
    }
}
