using System.Runtime.CompilerServices;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Filtering;

/// <summary>
/// Finds the clients that keep coming although they are refused: counts refusals by client within a minute, in a fixed table of which each call
/// reads eight neighbouring words. When many more come than it has room for, those that came least are forgotten, so that a count may come out smaller
/// than it is; two clients share a count only by an accident that nobody outside can bring about. Allocates nothing after its making. Safe for
/// any number of threads.
/// </summary>
public sealed class RefusalCounter
{
    /// <summary>The bytes that one takes.</summary>
    public const int Bytes = Lines * SlotsOfLine * sizeof(ulong);

    private const int Lines = 32_768;
    private const int SlotsOfLine = 8;
    private const int Window = 60;

    // Each slot is one word, so that it is changed in one step: 32 bits of the client's hash, 16 of the second of the first refusal, 16 of the count.
    // 0 is a slot that was never used.
    private readonly ulong[] _slots = new ulong[Lines * SlotsOfLine];
    private readonly ulong _seed = (ulong)Random.Shared.NextInt64();

    /// <summary>Counts a refusal.</summary>
    /// <param name="client">Who.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <param name="many">How many refusals within a minute are many; 1 to 60,000.</param>
    /// <returns>Whether it was the last of many; the count begins anew with the next.</returns>
    public bool Count(in ClientKey client, long now, int many)
    {
        var hash = Hash(client);
        var tag = (hash & uint.MaxValue) << 32;
        var second = (ushort)(now / TimeSpan.TicksPerSecond);
        ref var line = ref _slots[(int)(hash >> 49) * SlotsOfLine];
        ref var slot = ref Find(ref line, tag, second);
        var seen = Volatile.Read(ref slot);
        var isOwn = seen != 0 && Tag(seen) == tag && !IsOver(seen, second);
        var count = isOwn ? Math.Min((seen & ushort.MaxValue) + 1, ushort.MaxValue) : 1;
        var isLast = count >= (ulong)many;
        var next = isLast ? 0 : tag | (isOwn ? seen & 0xFFFF_0000 : (ulong)second << 16) | count;

        // Lost to another thread that counted in the same slot: one refusal less is counted.
        return Interlocked.CompareExchange(ref slot, next, seen) == seen && isLast;
    }

    // The client's own slot; else one whose minute is over, or the one with the smallest count.
    private static ref ulong Find(ref ulong line, ulong tag, ushort second)
    {
        var (place, least) = (0, ulong.MaxValue);
        for (var i = 0; i < SlotsOfLine; i++)
        {
            var seen = Volatile.Read(ref Unsafe.Add(ref line, i));
            if (seen != 0 && Tag(seen) == tag)
            {
                return ref Unsafe.Add(ref line, i);
            }

            var worth = seen == 0 || IsOver(seen, second) ? 0 : seen & ushort.MaxValue;
            (place, least) = worth < least ? (i, worth) : (place, least);
        }

        return ref Unsafe.Add(ref line, place);
    }

    private static ulong Tag(ulong slot) => slot & 0xFFFF_FFFF_0000_0000;

    private static bool IsOver(ulong slot, ushort second) => (ushort)(second - (ushort)(slot >> 16)) >= Window;

    // Multiply and fold, as in wyhash (Wang Yi, 2019).
    private ulong Hash(in ClientKey client)
    {
        var folded = Math.BigMul(client.Low ^ _seed, client.High ^ 0x9E37_79B9_7F4A_7C15, out var product) ^ product;
        return Math.BigMul(folded ^ _seed, 0xA076_1D64_78BD_642F, out product) ^ product;
    }
}
