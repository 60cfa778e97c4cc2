namespace Qrator.FilterNode;

/// <summary>Random choices that a failing test can repeat: a new seed for each run, shown by <see cref="ToString"/>.</summary>
internal sealed class SeededRandom(int seed) : Random(seed)
{
    private readonly int _seed = seed;

    public SeededRandom()
        : this(Shared.Next())
    {
    }

    public ulong NextUInt64() => ((ulong)NextInt64(1L << 32) << 32) | (ulong)NextInt64(1L << 32);

    public bool NextBool() => Next(2) == 0;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    public override string ToString() => $"seed {_seed}";
}
