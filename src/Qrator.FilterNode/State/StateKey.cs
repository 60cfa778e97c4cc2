using System.Buffers.Binary;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.State;

/// <summary>A client or subnet as the database writes it: 4 or 16 bytes in network order, and the length of the prefix.</summary>
internal static class StateKey
{
    private const int MappedBits = 96;

    /// <summary>Binds both.</summary>
    public static void Bind(StateStatement statement, int address, int bits, NetworkPrefix key)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, key.Address.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], key.Address.Low);
        statement.Bind(address, key.Address.IsIPv4 ? bytes[12..] : bytes);
        statement.Bind(bits, (long)key.Length);
    }

    /// <summary>Reads both; null when that is no address or subnet.</summary>
    public static NetworkPrefix? Read(StateStatement statement, int address, int bits)
    {
        var bytes = statement.Bytes(address);
        var length = statement.Number(bits);
        return bytes.Length switch
        {
            4 when length is >= 0 and <= 32 => NetworkPrefix.Of(ClientKey.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes)), MappedBits + (int)length),
            16 when length is >= 0 and <= 128 => NetworkPrefix.Of(
                new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])), (int)length),
            _ => null,
        };
    }
}
