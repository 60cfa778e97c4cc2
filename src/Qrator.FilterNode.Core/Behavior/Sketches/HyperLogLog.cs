using System.Numerics;

namespace Qrator.FilterNode.Behavior.Sketches;

/// <summary>
/// How many different keys there were, in 2 KB, to about 2 %: HyperLogLog (Flajolet, Fusy, Gandouet and Meunier, 2007), with linear counting
/// for small numbers as they recommend. Adding takes no lock; a register that two threads write at once keeps one of both values, which is within
/// the error. Keys MUST be hashes with all bits well mixed.
/// </summary>
internal sealed class HyperLogLog
{
    private const int IndexBits = 11;
    private const int Registers = 1 << IndexBits;
    private const double Bias = 0.7213 / (1 + (1.079 / Registers));

    private readonly byte[] _registers = new byte[Registers];

    /// <summary>Adds a key.</summary>
    public void Add(ulong key)
    {
        ref var register = ref _registers[key >> (64 - IndexBits)];
        var rank = (byte)(1 + BitOperations.LeadingZeroCount((key << IndexBits) | (1UL << (IndexBits - 1))));
        if (rank > register)
        {
            register = rank;
        }
    }

    /// <summary>The number of different keys.</summary>
    public double Estimate()
    {
        var sum = 0.0;
        var zeros = 0;
        foreach (var register in _registers)
        {
            sum += Math.ScaleB(1, -register);
            zeros += register == 0 ? 1 : 0;
        }

        var estimate = Bias * Registers * Registers / sum;
        return estimate <= 2.5 * Registers && zeros > 0 ? Registers * Math.Log((double)Registers / zeros) : estimate;
    }

    /// <summary>Forgets all keys.</summary>
    public void Clear() => Array.Clear(_registers);
}
