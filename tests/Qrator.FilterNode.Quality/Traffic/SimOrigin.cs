namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>The customer's server. Over its capacity it gets slower for everybody and answers 503 now and then.</summary>
internal sealed class SimOrigin(double capacity, Random random)
{
    private double _load;
    private long _at;

    /// <summary>Fails all requests.</summary>
    public bool IsDown { get; set; }

    /// <summary>Answers 404 to everything.</summary>
    public bool KnowsNothing { get; set; }

    /// <summary>How much slower than usual it is.</summary>
    public double Slowness { get; set; } = 1;

    public (double Milliseconds, int Status) Answer(SimRequest request, long now)
    {
        _load = (_load * Math.Pow(0.5, (double)(now - _at) / TimeSpan.TicksPerSecond)) + 0.693;
        _at = now;
        if (IsDown)
        {
            return (2, 502);
        }

        var over = Math.Max(1, _load / capacity);
        if (over > 1.2 && random.NextDouble() < Math.Min(0.5, 0.1 * over))
        {
            return (10, 503);
        }

        return (Math.Min(60_000, request.OriginMilliseconds * Slowness * over), KnowsNothing ? 404 : request.Status);
    }
}
