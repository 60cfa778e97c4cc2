using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.Traits;

/// <summary>
/// 64 bits from a text, keyed with secrets of this process, so that nobody can choose texts that fall together: full multiplications of 64 by 64
/// bits whose halves are folded, as in wyhash (Wang Yi, 2019). Of a long text the first 512 characters and the length count.
/// </summary>
public static class TraitHash
{
    private const int LongestBytes = 1024;

    private static readonly ulong FirstSecret = Secret();
    private static readonly ulong SecondSecret = Secret();
    private static readonly ulong EndSecret = Secret();

    /// <summary>The hash of a text; the same for the same text until the process ends, and never 0.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        var bytes = MemoryMarshal.AsBytes(text);
        bytes = bytes.Length > LongestBytes ? bytes[..LongestBytes] : bytes;
        var hash = FirstSecret ^ (uint)text.Length;
        if (bytes.Length > 32)
        {
            // Two chains, because one multiplication has to wait for the one before.
            var other = EndSecret;
            for (; bytes.Length > 32; bytes = bytes[32..])
            {
                hash = FoldNext(bytes, hash);
                other = FoldNext(bytes[16..], other);
            }

            hash = Join(hash, other);
        }

        for (; bytes.Length > 16; bytes = bytes[16..])
        {
            hash = FoldNext(bytes, hash);
        }

        return Fold(Head(bytes) ^ SecondSecret, Tail(bytes) ^ hash) | 1;
    }

    /// <summary>Two hashes or numbers in one hash; their order matters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Join(ulong left, ulong right) => Fold(left ^ FirstSecret, right ^ EndSecret);

    /// <summary>The hash of a client or of a prefix.</summary>
    public static ulong Of(in ClientKey client) => Join(Join(client.High, client.Low), client.Low);

    private static ulong Head(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        >= 8 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        >= 2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        _ => 0,
    };

    // The last bytes; they may overlap the head, which does no harm because the length is in the hash.
    private static ulong Tail(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        >= 8 => BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]),
        >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]),
        >= 2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[^2..]),
        _ => 0,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong FoldNext(ReadOnlySpan<byte> bytes, ulong hash) =>
        Fold(BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ SecondSecret, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) ^ hash);

    private static ulong Secret() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
}
