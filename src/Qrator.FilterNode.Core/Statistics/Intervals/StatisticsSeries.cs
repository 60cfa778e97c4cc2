namespace Qrator.FilterNode.Statistics.Intervals;

/// <summary>The statistics of a service over time.</summary>
public static class StatisticsSeries
{
    /// <summary>
    /// The points from <paramref name="from"/> to before <paramref name="to"/>, each of all intervals that begin within its <paramref name="step"/>; all
    /// three in seconds and multiples of <see cref="IntervalTime.Seconds"/>. A point of which no interval was counted is null.
    /// </summary>
    public static IEnumerable<IntervalCounts?> Of(IntervalHistory history, long from, long to, long step)
    {
        for (var start = from; start < to; start += step)
        {
            IntervalCounts? point = null;
            foreach (var (_, counts) in history.Between(start, Math.Min(start + step, to)))
            {
                if (point is null)
                {
                    point = counts;
                }
                else
                {
                    point.Add(counts);
                }
            }

            yield return point;
        }
    }
}
