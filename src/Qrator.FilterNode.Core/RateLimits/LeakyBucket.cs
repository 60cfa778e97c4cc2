namespace Qrator.FilterNode.RateLimits;

/// <summary>
/// The state of one bucket and its arithmetic: the level falls by the rate, and a request that finds it at or below the burst adds one. This
/// is the continuous-state leaky bucket of ITU-T I.371 (02/2004), Annex A, with an increment of one request, a leak of the rate and a limit
/// of the burst; a request in excess adds nothing. The level is a whole number of <see cref="Unit"/>s and time a whole number of ticks of
/// 100 ns, so a rate of n thousandths falls by exactly n units a tick: nothing is rounded, however long the clock runs. The
/// largest level is 10^16 units; a product of rate and time that would not fit is recognised as more than any level.
/// </summary>
/// <param name="Level">The level at <paramref name="At"/>, in units, 0 or more.</param>
/// <param name="At">The tick at which the level was settled.</param>
internal readonly record struct LeakyBucket(long Level, long At)
{
    /// <summary>One request: the level counts ten thousand millionths of it.</summary>
    public const long Unit = 10_000_000_000;

    /// <summary>The level at <paramref name="now"/>; of a time before <see cref="At"/>, which threads can bring about, the level at that.</summary>
    public long LevelAt(long now, BucketLimits limits)
    {
        if (now <= At)
        {
            return Level;
        }

        var high = Math.BigMul((ulong)(now - At), (ulong)limits.UnitsPerTick, out var fall);
        return high == 0 && fall < (ulong)Level ? Level - (long)fall : 0;
    }

    /// <summary>Lets a request in when the level allows it.</summary>
    /// <returns>The bucket after the request; unchanged but for the time when the request is in excess.</returns>
    public LeakyBucket Meter(long now, BucketLimits limits, out bool excess)
    {
        var level = LevelAt(now, limits);
        excess = level > limits.Burst * Unit;
        return new(excess ? level : level + Unit, Math.Max(now, At));
    }

    /// <summary>Adds an amount whatever the level is; over a million it stays there.</summary>
    /// <param name="now">Now.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="amount">In requests, or what else the bucket holds: 0 to a million.</param>
    public LeakyBucket Pour(long now, BucketLimits limits, double amount) =>
        new(Math.Min(LevelAt(now, limits) + (long)(amount * Unit), BucketLimits.MaxBurst * Unit), Math.Max(now, At));

    /// <summary>Ticks from <see cref="At"/> until a request is not in excess, rounded up to whole ticks; 0 when it is not now.</summary>
    public long TicksUntilAllowed(BucketLimits limits)
    {
        var over = Level - (limits.Burst * Unit);
        return over <= 0 ? 0 : (over + limits.UnitsPerTick - 1) / limits.UnitsPerTick;
    }
}
