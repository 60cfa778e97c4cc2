using System.Numerics;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// The lengths that the subnets of a list have, so that a look-up probes only those. Readers take no lock. Safe for any number of threads.
/// </summary>
internal sealed class SubnetLengths
{
    private const int Word = 64;

    private readonly Lock _lock = new();
    private readonly int[] _subnets = new int[2 * Word];
    private ulong _upper;
    private ulong _lower;

    /// <summary>Whether there is any subnet.</summary>
    public bool Any => (Volatile.Read(ref _upper) | Volatile.Read(ref _lower)) != 0;

    /// <summary>Counts a subnet in. MUST come before readers can find it.</summary>
    public void Enter(int bits) => Change(bits, 1);

    /// <summary>Counts a subnet out. MUST come when no reader needs to find it any more.</summary>
    public void Leave(int bits) => Change(bits, -1);

    /// <summary>The longest length in use that is not over <paramref name="bits"/> (1 to 127), or 0.</summary>
    public int LongestUpTo(int bits)
    {
        if (bits >= Word)
        {
            var upper = Volatile.Read(ref _upper) & (ulong.MaxValue >> ((2 * Word) - 1 - bits));
            if (upper != 0)
            {
                return Word + BitOperations.Log2(upper);
            }

            bits = Word - 1;
        }

        var lower = Volatile.Read(ref _lower) & (ulong.MaxValue >> (Word - 1 - bits));
        return lower == 0 ? 0 : BitOperations.Log2(lower);
    }

    private void Change(int bits, int by)
    {
        lock (_lock)
        {
            _subnets[bits] += by;
            ref var word = ref bits >= Word ? ref _upper : ref _lower;
            var bit = 1UL << (bits % Word);
            Volatile.Write(ref word, _subnets[bits] > 0 ? word | bit : word & ~bit);
        }
    }
}
