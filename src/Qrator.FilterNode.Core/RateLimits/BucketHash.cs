using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.RateLimits;

/// <summary>
/// 64 bits from a client, keyed with secrets of this process: who chooses addresses cannot choose where they fall. Two full multiplications
/// of 64 by 64 bits whose halves are folded together; each result bit depends on all bits of the address and the secrets.
/// </summary>
internal static class BucketHash
{
    private static readonly ulong HighSecret = Secret();
    private static readonly ulong LowSecret = Secret();
    private static readonly ulong MixSecret = Secret();
    private static readonly ulong OddSecret = Secret() | 1;

    /// <summary>The hash; the same for the same client until the process ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(in ClientKey client) =>
        Fold(Fold(client.High ^ HighSecret, client.Low ^ LowSecret) ^ client.Low ^ MixSecret, OddSecret);

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    private static ulong Secret() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
}
