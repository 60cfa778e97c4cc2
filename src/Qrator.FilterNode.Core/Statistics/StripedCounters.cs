namespace Qrator.FilterNode.Statistics;

/// <summary>
/// A fixed number of counters that many threads add to without waiting for each other: there are as many copies as processors, on cache lines of their
/// own; a thread adds to the same copy always, and reading adds the copies up. Adding allocates nothing. Safe for any number of threads.
/// </summary>
public sealed class StripedCounters
{
    private const int LongsPerLine = 8;

    private static readonly int Stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 64));

    // Which copy is the thread's, counted from 1; to ask which processor a thread is on takes as long as the addition. Requests are served by as many
    // threads as there are processors.
    [ThreadStatic]
    private static int _stripe;

    private static int _threads;

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
    public void Add(int counter, long amount = 1)
    {
        var stripe = _stripe;
        if (stripe == 0)
        {
            stripe = TakeStripe();
        }

        Interlocked.Add(ref _values[((stripe - 1) * _stride) + LongsPerLine + counter], amount);
    }

    /// <summary>The first counter from <paramref name="from"/> on that is not zero; -1 when there is none. Passes over the others many at a time.</summary>
    public int FirstUsed(int from)
    {
        var first = Count - from;
        for (var stripe = 0; stripe < Stripes; stripe++)
        {
            var found = _values.AsSpan((stripe * _stride) + LongsPerLine + from, first).IndexOfAnyExcept(0);
            first = found < 0 ? first : found;
        }

        return first < Count - from ? from + first : -1;
    }

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

    private static int TakeStripe() => _stripe = (Interlocked.Increment(ref _threads) & (Stripes - 1)) + 1;
}
