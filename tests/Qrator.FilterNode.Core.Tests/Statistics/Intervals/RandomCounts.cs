namespace Qrator.FilterNode.Statistics.Intervals;

/// <summary>Values of intervals as they come, to compare and to choose at random.</summary>
internal static class RandomCounts
{
    public static IntervalCounts Next(SeededRandom random, int mostCodes = 8)
    {
        var counts = new IntervalCounts();
        for (var i = random.Next(12); i > 0; i--)
        {
            counts[random.Next(IntervalLayout.OfCode(IntervalLayout.FirstCode))] = random.NextInt64(1L << random.Next(1, 60));
        }

        for (var i = random.Next(mostCodes); i > 0; i--)
        {
            counts[IntervalLayout.OfCode(random.Next(100, 1_000))] = random.Next(1, 1_000);
        }

        return counts;
    }

    public static long[] Values(IntervalCounts? counts) =>
        counts is null ? [] : [.. Enumerable.Range(0, IntervalLayout.Count).Select(number => counts[number])];
}
