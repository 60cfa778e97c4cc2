namespace Qrator.FilterNode.Statistics;

/// <summary>
/// How long things took, in buckets that fit a proxy: from half a millisecond to a minute, and among them the bounds of the interval
/// statistics (200, 500, 700, 1000, 1500, 2000 and 5000 ms). Counting allocates nothing. Safe for any number of threads; a reader may see
/// the sum of a moment before or after its buckets.
/// </summary>
public sealed class DurationHistogram
{
    private static readonly long[] UpperTicks =
    [
        .. new[] { 0.5, 1, 2.5, 5, 10, 25, 50, 100, 200, 500, 700, 1000, 1500, 2000, 5000, 10_000, 30_000, 60_000 }
            .Select(milliseconds => (long)(milliseconds * TimeSpan.TicksPerMillisecond)),
    ];

    private readonly StripedCounters _counters = new(UpperTicks.Length + 2);

    /// <summary>The upper bounds of the buckets, each inclusive, in seconds; one more bucket takes what is longer.</summary>
    public static IReadOnlyList<double> UpperSeconds { get; } = [.. UpperTicks.Select(ticks => ticks / (double)TimeSpan.TicksPerSecond)];

    /// <summary>Counts one duration.</summary>
    /// <param name="ticks">In ticks of 100 ns; a negative one counts as 0.</param>
    public void Count(long ticks)
    {
        ticks = Math.Max(ticks, 0);
        _counters.Add(BucketOf(ticks));
        _counters.Add(UpperTicks.Length + 1, ticks);
    }

    /// <summary>How many were counted in one bucket alone; the last, number <c>UpperSeconds.Count</c>, has no upper bound.</summary>
    public long InBucket(int bucket) => _counters.Read(bucket);

    /// <summary>The sum of all, in ticks of 100 ns.</summary>
    public long SumTicks => _counters.Read(UpperTicks.Length + 1);

    // Most answers take milliseconds, so the search from below is short.
    private static int BucketOf(long ticks)
    {
        var bucket = 0;
        while (bucket < UpperTicks.Length && ticks > UpperTicks[bucket])
        {
            bucket++;
        }

        return bucket;
    }
}
