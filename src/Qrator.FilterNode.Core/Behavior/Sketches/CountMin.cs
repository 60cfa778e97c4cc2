namespace Qrator.FilterNode.Behavior.Sketches;

/// <summary>
/// How often each of any number of keys was seen, in fixed memory: a Count-Min sketch (Cormode and Muthukrishnan, "An improved data stream
/// summary: the count-min sketch and its applications", 2005) of two rows. An estimate is never below the truth, apart from additions that
/// threads lose to each other; those are far fewer than the error that the sketch has anyway, so that adding takes no lock. Keys MUST be
/// hashes with all bits well mixed.
/// </summary>
internal sealed class CountMin
{
    private readonly float[] _first;
    private readonly float[] _second;
    private readonly uint _mask;

    /// <summary>An empty sketch of two rows of <paramref name="width"/> cells, a power of two.</summary>
    public CountMin(int width)
    {
        _first = new float[width];
        _second = new float[width];
        _mask = (uint)width - 1;
    }

    /// <summary>Bytes of the cells.</summary>
    public long Bytes => 2L * sizeof(float) * _first.Length;

    /// <summary>What the owner says the sketch weighs; decays and is merged with the cells.</summary>
    public double Mass { get; set; }

    /// <summary>Counts one key once; the mass is the owner's.</summary>
    public void Add(ulong key)
    {
        _first[(uint)key & _mask]++;
        _second[(uint)(key >> 32) & _mask]++;
    }

    /// <summary>How often the key was seen, at most.</summary>
    public float Estimate(ulong key) => Math.Min(_first[(uint)key & _mask], _second[(uint)(key >> 32) & _mask]);

    /// <summary>The part of the mass that the key has, at most; 1 in an empty sketch, which knows nothing to be rare.</summary>
    public double Share(ulong key) => Math.Min(1, (Estimate(key) + 0.5) / (Mass + 0.5));

    /// <summary>Keeps a part of everything and adds another sketch of the same width.</summary>
    public void DecayAndMerge(float kept, CountMin other)
    {
        Merge(_first, kept, other._first);
        Merge(_second, kept, other._second);
        Mass = (Mass * kept) + other.Mass;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_first);
        Array.Clear(_second);
        Mass = 0;
    }

    private static void Merge(float[] cells, float kept, float[] added)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = (cells[i] * kept) + added[i];
        }
    }
}
