namespace Qrator.FilterNode.Behavior.Sketches;

/// <summary>
/// How often each of any number of keys was seen, in fixed memory: a Count-Min sketch (Cormode and Muthukrishnan, "An improved data stream
/// summary: the count-min sketch and its applications", 2005) with two cells a key, both on one cache line, as in blocked Bloom filters (Putze,
/// Sanders and Singler, 2007). An estimate is never below the truth, apart from additions that threads lose to each other; those are far fewer than
/// the error that the sketch has anyway, so that adding takes no lock. Keys MUST be hashes with all bits well mixed.
/// </summary>
internal sealed class CountMin
{
    private const int CellsPerLine = 16;

    private readonly float[] _cells;
    private readonly uint _lineMask;

    /// <summary>An empty sketch of so many cells, a power of two.</summary>
    public CountMin(int cells)
    {
        _cells = new float[cells];
        _lineMask = (uint)(cells / CellsPerLine) - 1;
    }

    /// <summary>Bytes of the cells.</summary>
    public long Bytes => sizeof(float) * (long)_cells.Length;

    /// <summary>What the owner says the sketch weighs; decays and is merged with the cells.</summary>
    public double Mass { get; set; }

    /// <summary>Counts a key, by 1 or by how many it stands for; the mass is the owner's.</summary>
    public void Add(ulong key, float weight = 1)
    {
        var (first, second) = CellsOf(key);
        _cells[first] += weight;
        _cells[second] += weight;
    }

    /// <summary>How often the key was seen, at most.</summary>
    public float Estimate(ulong key)
    {
        var (first, second) = CellsOf(key);
        return Math.Min(_cells[first], _cells[second]);
    }

    /// <summary>The part of the mass that the key has, at most; 1 in an empty sketch, which knows nothing to be rare.</summary>
    public double Share(ulong key) => Math.Min(1, (Estimate(key) + 0.5) / (Mass + 0.5));

    /// <summary>Keeps a part of everything and adds another sketch of the same size.</summary>
    public void DecayAndMerge(float kept, CountMin other)
    {
        for (var i = 0; i < _cells.Length; i++)
        {
            _cells[i] = (_cells[i] * kept) + other._cells[i];
        }

        Mass = (Mass * kept) + other.Mass;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_cells);
        Mass = 0;
    }

    // Two different cells of one line.
    private (int First, int Second) CellsOf(ulong key)
    {
        var line = (int)((uint)key & _lineMask) * CellsPerLine;
        var first = (int)(key >> 60);
        var second = (first + 1 + (int)(((key >> 40) & 0xFFFF) * (CellsPerLine - 1) >> 16)) & (CellsPerLine - 1);
        return (line + first, line + second);
    }
}
