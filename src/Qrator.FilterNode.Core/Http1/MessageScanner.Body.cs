using Qrator.FilterNode.Offences;

namespace Qrator.FilterNode.Http1;

// Bodies and chunk lines.
public partial struct MessageScanner
{
    private void ChunkSize(byte next)
    {
        if (char.IsAsciiHexDigit((char)next) && _count < MostChunkDigits)
        {
            _count++;
            _length = (_length << 4) + HexValue(next);
            if (_length > int.MaxValue)
            {
                Fail(Violation.ChunkSize);
            }
        }
        else if (_count == 0 || next is not (Return or Space or Tab or (byte)';'))
        {
            Fail(Unless(next, Violation.ChunkSize));
        }
        else
        {
            _state = next == Return ? ScanState.ChunkLineFeed : ScanState.ChunkExtension;
        }
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + Decimal;

    private int ChunkExtension(ReadOnlySpan<byte> bytes, int at)
    {
        var length = bytes[at..].IndexOfAny(ByteClasses.Controls);
        _extensionBytes += Math.Min(length < 0 ? bytes.Length - at : length, MostExtensionBytes + 1);
        if (_extensionBytes > MostExtensionBytes)
        {
            Fail(Violation.ChunkExtension);
            return at + 1;
        }

        if (length < 0)
        {
            return bytes.Length;
        }

        if (bytes[at + length] != Return)
        {
            Fail(Unless(bytes[at + length], Violation.ControlCharacter));
        }

        Go(ScanState.ChunkLineFeed);
        return at + length + 1;
    }

    private int Skip(ReadOnlySpan<byte> bytes, int at)
    {
        var skipped = (int)Math.Min(_length, bytes.Length - at);
        _length -= skipped;
        if (_length == 0)
        {
            _state = _state == ScanState.Body ? ScanState.Complete : ScanState.ChunkReturn;
        }

        return at + skipped;
    }
}
