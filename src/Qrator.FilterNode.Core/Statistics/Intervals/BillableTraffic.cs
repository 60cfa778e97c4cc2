using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Statistics.Intervals;

/// <summary>
/// The billing figure of a period: of each interval the larger of the bytes in and out of passed traffic; the 30 highest are left out, and the next is
/// the figure. A gap is no value. With 30 values or fewer the figure is 0.
/// </summary>
/// <param name="Bytes">The figure, in bytes of one interval.</param>
/// <param name="Intervals">How many intervals were counted.</param>
public readonly record struct BillableTraffic(long Bytes, int Intervals)
{
    /// <summary>How many of the highest values are left out.</summary>
    public const int LeftOut = 30;

    /// <summary>The figure, in bits a second.</summary>
    public double BitsPerSecond => Bytes * 8.0 / IntervalTime.Seconds;

    /// <summary>The figure of the intervals that begin at or after <paramref name="from"/> and before <paramref name="to"/>, in Unix seconds.</summary>
    public static BillableTraffic Of(IntervalHistory history, long from, long to)
    {
        var values = history.Between(from, to)
            .Select(interval => Math.Max(interval.Counts.Received(TrafficKind.Passed), interval.Counts.Sent(TrafficKind.Passed)))
            .OrderDescending()
            .ToList();
        return new(values.Count > LeftOut ? values[LeftOut] : 0, values.Count);
    }
}
