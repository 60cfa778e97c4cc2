namespace Qrator.FilterNode.Lists;

/// <summary>Moments for list tests, in ticks of the node's clock.</summary>
internal static class ListTestClock
{
    public static readonly long Start = TimeSpan.FromDays(2).Ticks;

    public static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);

    public static long After(double minutes) => Start + TimeSpan.FromMinutes(minutes).Ticks;
}
