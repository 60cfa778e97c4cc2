using System.Buffers.Binary;
using System.Numerics;

namespace Qrator.FilterNode.Clients.ProxyProtocol;

/// <summary>Version 2: a signature, 4 bytes that say what follows, addresses, and fields of type, length and value behind them.</summary>
internal static class ProxyHeaderBinary
{
    private const int FixedLength = 16;
    private const int Version2 = 0x20;
    private const int Local = 0;
    private const int Proxy = 1;
    private const int Unspecified = 0x00;
    private const int TcpOverIPv4 = 0x11;
    private const int TcpOverIPv6 = 0x21;
    private const int IPv4Addresses = 12;
    private const int IPv6Addresses = 36;
    private const int FieldHead = 3;
    private const byte ChecksumField = 0x03;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static ProxyHeader Read(ReadOnlySpan<byte> bytes)
    {
        var same = bytes.CommonPrefixLength(Signature);
        if (same < Signature.Length)
        {
            return same == bytes.Length ? ProxyHeader.Incomplete : ProxyHeader.Malformed;
        }

        if (bytes.Length > Signature.Length && ((bytes[12] & 0xF0) != Version2 || (bytes[12] & 0x0F) > Proxy))
        {
            return ProxyHeader.Malformed;
        }

        if (bytes.Length < FixedLength)
        {
            return ProxyHeader.Incomplete;
        }

        var length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (length > ProxyHeader.Longest)
        {
            return ProxyHeader.Malformed;
        }

        return bytes.Length < length ? ProxyHeader.Incomplete : ReadWhole(bytes[..length]);
    }

    private static ProxyHeader ReadWhole(ReadOnlySpan<byte> header)
    {
        if ((header[12] & 0x0F) == Local || header[13] == Unspecified)
        {
            return ProxyHeader.FromSender(header.Length);
        }

        var addresses = header[13] switch
        {
            TcpOverIPv4 => IPv4Addresses,
            TcpOverIPv6 => IPv6Addresses,
            _ => int.MaxValue, // Datagrams and UNIX sockets: no visitor of this node comes that way.
        };
        if (header.Length - FixedLength < addresses || !FieldsAreGood(header, FixedLength + addresses))
        {
            return ProxyHeader.Malformed;
        }

        var source = header[FixedLength..];
        return ProxyHeader.From(
            addresses == IPv4Addresses
                ? ClientKey.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(source))
                : new(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt64BigEndian(source[8..])),
            header.Length);
    }

    /// <summary>Whether the fields fill the header exactly, and a checksum among them is right. What they say is not asked for.</summary>
    private static bool FieldsAreGood(ReadOnlySpan<byte> header, int at)
    {
        while (at < header.Length)
        {
            if (header.Length - at < FieldHead)
            {
                return false;
            }

            var value = at + FieldHead;
            var length = BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]);
            if (length > header.Length - value
                || (header[at] == ChecksumField && (length != sizeof(uint) || BinaryPrimitives.ReadUInt32BigEndian(header[value..]) != Checksum(header, value))))
            {
                return false;
            }

            at = value + length;
        }

        return true;
    }

    /// <summary>CRC32c (RFC 4960, appendix B) of the header with its four bytes of checksum taken as zero.</summary>
    private static uint Checksum(ReadOnlySpan<byte> header, int checksumAt)
    {
        var crc = uint.MaxValue;
        for (var i = 0; i < header.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, i >= checksumAt && i < checksumAt + sizeof(uint) ? (byte)0 : header[i]);
        }

        return ~crc;
    }
}
