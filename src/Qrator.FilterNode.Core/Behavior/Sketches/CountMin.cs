using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Qrator.FilterNode.Behavior.Sketches;

/// <summary>
/// How often each of any number of keys was seen, in fixed memory: a Count-Min sketch (Cormode and Muthukrishnan, "An improved data stream
/// summary: the count-min sketch and its applications", 2005) with two cells a key, both on one cache line, as in blocked Bloom filters (Putze,
/// Sanders and Singler, 2007). An estimate is never below the truth. Keys MUST be hashes with all bits well mixed. To be changed by one thread;
/// others may ask meanwhile, and are told what was there before or after.
/// </summary>
internal sealed class CountMin
{
    private const int CellsPerLine = 16;
    private const int BytesPerLine = CellsPerLine * sizeof(float);

    // Pinned and with one line too many, so that a line of cells is one of the cache and goes on being one.
    private readonly float[] _memory;
    private readonly int _first;
    private readonly int _count;
    private readonly uint _lineMask;

    /// <summary>An empty sketch of so many cells, a power of two.</summary>
    public unsafe CountMin(int cells)
    {
        _count = cells;
        _memory = GC.AllocateArray<float>(cells + CellsPerLine, pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _first = (int)((BytesPerLine - (address % BytesPerLine)) % BytesPerLine) / sizeof(float);
        _lineMask = (uint)(cells / CellsPerLine) - 1;
    }

    /// <summary>Bytes of the cells.</summary>
    public long Bytes => sizeof(float) * (long)_memory.Length;

    /// <summary>What the owner says the sketch weighs; decays and is merged with the cells.</summary>
    public double Mass { get; set; }

    /// <summary>Counts a key, by 1 or by how many it stands for; the mass is the owner's.</summary>
    public void Add(ulong key, float weight = 1)
    {
        var (first, second) = CellsOf(key);
        _memory[first] += weight;
        _memory[second] += weight;
    }

    /// <summary>How often the key was seen, at most.</summary>
    public float Estimate(ulong key)
    {
        var (first, second) = CellsOf(key);
        return Math.Min(_memory[first], _memory[second]);
    }

    /// <summary>The part of the mass that the key has, at most; 1 in an empty sketch, which knows nothing to be rare.</summary>
    public double Share(ulong key) => Math.Min(1, (Estimate(key) + 0.5) / (Mass + 0.5));

    /// <summary>Whether <see cref="Share"/> of the key is below a share that is below 1.</summary>
    public bool IsRarer(ulong key, double share) => Estimate(key) + 0.5 < share * (Mass + 0.5);

    /// <summary>Keeps a part of everything and adds another sketch of the same size.</summary>
    public void DecayAndMerge(float kept, CountMin other)
    {
        var cells = _memory.AsSpan(_first, _count);
        var others = other._memory.AsSpan(other._first, _count);
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = (cells[i] * kept) + others[i];
        }

        Mass = (Mass * kept) + other.Mass;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_memory);
        Mass = 0;
    }

    // Two different cells of one line.
    private (int First, int Second) CellsOf(ulong key)
    {
        var line = LineOf(key);
        var first = (int)(key >> 60);
        var second = (first + 1 + (int)(((key >> 40) & 0xFFFF) * (CellsPerLine - 1) >> 16)) & (CellsPerLine - 1);
        return (line + first, line + second);
    }

    private int LineOf(ulong key) => _first + ((int)((uint)key & _lineMask) * CellsPerLine);
}
