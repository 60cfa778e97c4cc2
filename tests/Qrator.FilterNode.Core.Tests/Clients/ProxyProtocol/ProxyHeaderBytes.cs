using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Qrator.FilterNode.Clients.ProxyProtocol;

/// <summary>PROXY protocol headers as load balancers write them.</summary>
internal static class ProxyHeaderBytes
{
    public const byte Local = 0x20;
    public const byte Proxy = 0x21;
    public const byte Tcp4 = 0x11;
    public const byte Tcp6 = 0x21;

    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    public static byte[] Text(string line) => Encoding.Latin1.GetBytes(line);

    public static byte[] Binary(byte command, byte family, params byte[] rest) =>
        [.. Signature, command, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];

    public static byte[] Addresses(string source, string destination) =>
        [.. IPAddress.Parse(source).GetAddressBytes(), .. IPAddress.Parse(destination).GetAddressBytes(), 0x12, 0x34, 0x01, 0xBB];

    public static byte[] Field(byte type, params byte[] value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    /// <summary>The header with the right checksum in its last four bytes, reckoned bit by bit.</summary>
    public static byte[] WithChecksum(byte[] header)
    {
        header.AsSpan(^4).Clear();
        var crc = uint.MaxValue;
        foreach (var next in header)
        {
            crc ^= next;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(^4), ~crc);
        return header;
    }
}
