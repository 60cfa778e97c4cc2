namespace Qrator.FilterNode.Behavior;

/// <summary>
/// The numbers that decide. They follow from what is promised (one honest client in a thousand) or from the resolution of the measurement, not from
/// particular attacks; the quality bench shows what others would do.
/// </summary>
internal sealed record BehaviorTuning
{
    /// <summary>
    /// The natural logarithm of how many times likelier a request MUST be under the attack than under the usual traffic before its client is listed
    /// as one of a group. By Markov's inequality at most one honest request in exp of this is that unlike the usual: one in a thousand.
    /// </summary>
    public double Evidence { get; init; } = Math.Log(1_000);

    /// <summary>
    /// The logarithm of the ratio at which one kind of group alone is enough: the mean of the ratios of all kinds is a likelihood ratio too, and at
    /// least the largest of them divided by their number.
    /// </summary>
    public double ListsAt => Evidence + Math.Log(Traits.GroupKeys.Kinds);

    /// <summary>Requests over the usual by which load is out of the ordinary.</summary>
    public double RequestFactor { get; init; } = 1.5;

    /// <summary>Requests in flight over the usual, which is origin time per second.</summary>
    public double InFlightFactor { get; init; } = 2;

    /// <summary>Errors a second over the usual.</summary>
    public double ErrorFactor { get; init; } = 3;

    /// <summary>Spreads (as of a normal distribution) above the usual that load MUST be as well.</summary>
    public double Spreads { get; init; } = 6;

    /// <summary>The part of the excess that clients who stand out MUST make, for it to be an attack and not an audience.</summary>
    public double AttributedPart { get; init; } = 0.5;

    /// <summary>The logarithm of the ratio at which a group of one tool stands out.</summary>
    public double ToolStandsOut { get; init; } = 2;

    /// <summary>The logarithm of the ratio of the tool without which a page never counts: pages become popular by themselves.</summary>
    public double ToolSupports { get; init; } = 1;

    /// <summary>How many times the busiest thousandth of the crowd a client MUST do to stand out alone.</summary>
    public double CrowdFactor { get; init; } = 2;

    /// <summary>How many times its own usual a client with a calm history MUST do.</summary>
    public double KnownFactor { get; init; } = 8;

    /// <summary>Ticks in a row that MUST look like an attack.</summary>
    public int OnsetTicks { get; init; } = 2;

    /// <summary>How long nothing may look like an attack before it is over.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMinutes(1);
}
