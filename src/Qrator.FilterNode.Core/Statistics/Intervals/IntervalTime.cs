namespace Qrator.FilterNode.Statistics.Intervals;

/// <summary>The intervals of the statistics: 3 minutes, aligned to the wall clock in UTC. An interval is named by its first second, in Unix seconds.</summary>
public static class IntervalTime
{
    /// <summary>The length of an interval in seconds.</summary>
    public const int Seconds = 180;

    /// <summary>The first second of the interval that a moment is in.</summary>
    public static long StartOf(DateTimeOffset moment) => StartOf(moment.ToUnixTimeSeconds());

    /// <summary>The first second of the interval that a moment, in Unix seconds, is in.</summary>
    public static long StartOf(long moment) => moment - (((moment % Seconds) + Seconds) % Seconds);
}
