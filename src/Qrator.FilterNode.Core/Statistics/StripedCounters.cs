namespace Qrator.FilterNode.Statistics;

/// <summary>
/// A fixed number of counters that many threads add to without waiting for each other: each processor has its own copy on cache lines
/// of its own, and reading adds the copies up. Adding allocates nothing. Safe for any number of threads.
/// </summary>
public sealed class StripedCounters
{
    private const int LongsPerLine = 8;

    private static readonly int Stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 64));

    private readonly long[] _values;
    private readonly int _stride;

    /// <summary>Counters 0 to <paramref name="count"/> - 1, all zero.</summary>
    public StripedCounters(int count)
    {
        Count = count;
        _stride = ((count + LongsPerLine - 1) / LongsPerLine * LongsPerLine) + LongsPerLine;
        _values = new long[Stripes * _stride];
    }

    /// <summary>How many counters there are.</summary>
    public int Count { get; }

    /// <summary>Adds to one counter.</summary>
    public void Add(int counter, long amount = 1) =>
        Interlocked.Add(ref _values[((Thread.GetCurrentProcessorId() & (Stripes - 1)) * _stride) + LongsPerLine + counter], amount);

    /// <summary>What was added to one counter so far.</summary>
    public long Read(int counter)
    {
        var sum = 0L;
        for (var stripe = 0; stripe < Stripes; stripe++)
        {
            sum += Volatile.Read(ref _values[(stripe * _stride) + LongsPerLine + counter]);
        }

        return sum;
    }
}
