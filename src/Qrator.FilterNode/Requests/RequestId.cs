using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Qrator.FilterNode.Requests;

/// <summary>Ids of requests: 128 random bits in hex. They tell requests apart; they are not secrets.</summary>
internal static class RequestId
{
    /// <summary>The length of the text.</summary>
    public const int Length = 2 * Bytes;

    private const int Bytes = 16;

    /// <summary>A new one as text.</summary>
    public static string New() => TextOf(Next());

    /// <summary>A new one; never 0.</summary>
    public static UInt128 Next()
    {
        var id = default(UInt128);
        do
        {
            Random.Shared.NextBytes(MemoryMarshal.AsBytes(new Span<UInt128>(ref id)));
        }
        while (id == 0);

        return id;
    }

    /// <summary>The text.</summary>
    public static string TextOf(UInt128 id)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Writes the text as ASCII, <see cref="Length"/> bytes.</summary>
    public static void Write(UInt128 id, Span<byte> text)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        Convert.TryToHexStringLower(bytes, text, out _);
    }
}
