namespace Qrator.FilterNode.Lists;

/// <summary>
/// Moments as the lists keep them: tenths of a second of the node's clock in 32 bits, which lasts 13 years of uptime.
/// </summary>
internal static class ListTime
{
    /// <summary>A slot that was never used; ends every probe.</summary>
    public const uint Free = 0;

    /// <summary>A slot whose client was removed and starts clean.</summary>
    public const uint Removed = 1;

    /// <summary>An entry without end.</summary>
    public const uint Permanent = uint.MaxValue;

    private const long TicksPerTenth = TimeSpan.TicksPerSecond / 10;

    /// <summary>The tenth that has begun.</summary>
    public static uint Floor(long ticks) => (uint)Math.Min(ticks / TicksPerTenth, Permanent - 1);

    /// <summary>The tenth at which a span that ends at <paramref name="ticks"/> is over; never early.</summary>
    public static uint Ceiling(long ticks) => (uint)Math.Min((ticks + TicksPerTenth - 1) / TicksPerTenth, Permanent - 1);

    /// <summary>Back to ticks of the node's clock.</summary>
    public static long ToTicks(uint tenths) => tenths * TicksPerTenth;
}
