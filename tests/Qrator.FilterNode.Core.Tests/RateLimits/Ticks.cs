namespace Qrator.FilterNode.RateLimits;

/// <summary>Moments of a bucket's clock.</summary>
internal static class Ticks
{
    public static long Seconds(double seconds) => (long)(seconds * TimeSpan.TicksPerSecond);

    public static long Days(int days) => days * TimeSpan.TicksPerDay;
}
