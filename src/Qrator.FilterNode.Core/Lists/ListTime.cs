namespace Qrator.FilterNode.Lists;

/// <summary>
/// Moments as the lists keep them: tenths of a second of the node's clock in 32 bits. They begin five years before the clock does, for entries
/// that were made before a restart, and last for eight years of uptime.
/// </summary>
internal static class ListTime
{
    /// <summary>A slot whose client was removed and starts clean.</summary>
    public const uint Removed = 1;

    /// <summary>An entry without end.</summary>
    public const uint Permanent = uint.MaxValue;

    private const long TicksPerTenth = TimeSpan.TicksPerSecond / 10;
    private const long Before = 5 * 365 * TimeSpan.TicksPerDay;

    /// <summary>The tenth that has begun.</summary>
    public static uint Floor(long ticks) => (uint)Math.Clamp((ticks + Before) / TicksPerTenth, Removed + 1, Permanent - 1);

    /// <summary>The tenth at which a span that ends at <paramref name="ticks"/> is over; never early.</summary>
    public static uint Ceiling(long ticks) => Floor(Math.Min(ticks, long.MaxValue - Before - TicksPerTenth) + TicksPerTenth - 1);

    /// <summary>Back to ticks of the node's clock.</summary>
    public static long ToTicks(uint tenths) => (tenths * TicksPerTenth) - Before;
}
