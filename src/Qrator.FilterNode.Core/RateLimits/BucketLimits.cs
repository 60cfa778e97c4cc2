using System.Diagnostics.CodeAnalysis;

namespace Qrator.FilterNode.RateLimits;

/// <summary>
/// How fast a leaky bucket empties and how full it may be. The rate is a whole number of thousandths of a request a second: with time in
/// ticks of 100 ns all arithmetic of a bucket is then exact, without any rounding. The default is the lowest rate and no burst. Immutable,
/// never allocates.
/// </summary>
public readonly record struct BucketLimits
{
    /// <summary>The lowest rate, in requests a second, and the step between rates.</summary>
    public const decimal RateStep = 0.001m;

    /// <summary>The highest rate, in requests a second.</summary>
    public const decimal MaxRate = 1_000_000;

    /// <summary>The highest burst, in requests.</summary>
    public const int MaxBurst = 1_000_000;

    // A rate of 0 cannot be held, not even by the default.
    private readonly int _rateStepsAboveLowest;

    private BucketLimits(int rateSteps, int burst)
    {
        _rateStepsAboveLowest = rateSteps - 1;
        Burst = burst;
    }

    /// <summary>Requests a second by which the level falls: 0.001 to 1,000,000.</summary>
    public decimal Rate => UnitsPerTick * RateStep;

    /// <summary>The highest level, in requests, at which a request still passes: 0 to 1,000,000.</summary>
    public int Burst { get; }

    /// <summary><see cref="Rate"/> in thousandths, which is also how many <see cref="LeakyBucket.Unit"/>s the level falls in one tick.</summary>
    internal long UnitsPerTick => _rateStepsAboveLowest + 1L;

    /// <summary>Makes limits from what an operator wrote.</summary>
    /// <param name="rate">Requests a second.</param>
    /// <param name="burst">Requests.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="problem">What is wrong, and what is right.</param>
    /// <returns>False when a value is out of range or the rate has more than three decimals.</returns>
    public static bool TryCreate(decimal rate, int burst, out BucketLimits limits, [NotNullWhen(false)] out string? problem)
    {
        limits = default;
        problem = null;
        if (rate is < RateStep or > MaxRate || rate % RateStep != 0)
        {
            problem = FormattableString.Invariant($"rate {rate}; 0.001 to 1000000 requests a second, in steps of 0.001");
        }
        else if (burst is < 0 or > MaxBurst)
        {
            problem = FormattableString.Invariant($"burst {burst}; 0 to 1000000 requests");
        }
        else
        {
            limits = new((int)(rate / RateStep), burst);
        }

        return problem is null;
    }

    /// <summary>Makes limits from values that are known to be right.</summary>
    /// <exception cref="ArgumentException">They are not; see <see cref="TryCreate"/>.</exception>
    public static BucketLimits Create(decimal rate, int burst) =>
        TryCreate(rate, burst, out var limits, out var problem) ? limits : throw new ArgumentException(problem);
}
