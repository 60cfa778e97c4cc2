namespace Qrator.FilterNode.Behavior.Usual;

/// <summary>
/// What a number usually is: the median of the last hour's minutes, or what it was at this time of earlier days if that is more; and its spread, the
/// median of the distances from the median, scaled to the standard deviation of a normal distribution (Hampel, "The influence curve and its role in
/// robust estimation", 1974). Half an hour of anything unusual does not move it. For one thread.
/// </summary>
internal sealed class UsualLevel
{
    private const int Minutes = 60;
    private const int LeastMinutes = 5;
    private const double ToDeviation = 1.4826;

    private readonly double[] _minutes = new double[Minutes];
    private readonly double[] _sorted = new double[Minutes];
    private readonly DayLevels _days = new();
    private int _count;
    private double _sum;
    private double _seconds;
    private double _median;

    /// <summary>Whether it is known what is usual: after five minutes.</summary>
    public bool IsLearned => _count >= LeastMinutes;

    /// <summary>The spread, in the number's own unit.</summary>
    public double Spread { get; private set; }

    /// <summary>What is usual at a time of day (0 up to 24 hours); 0 before it is learned.</summary>
    public double At(TimeSpan timeOfDay) => IsLearned ? Math.Max(_median, _days.At(timeOfDay)) : 0;

    /// <summary>Takes a value that held for some seconds.</summary>
    public void Learn(double value, double seconds, TimeSpan timeOfDay)
    {
        _sum += value * seconds;
        _seconds += seconds;
        if (_seconds < 60)
        {
            return;
        }

        _minutes[_count++ % Minutes] = _sum / _seconds;
        (_sum, _seconds) = (0, 0);
        var known = Math.Min(_count, Minutes);
        _median = MedianOf(_minutes.AsSpan(0, known), 0);
        Spread = ToDeviation * MedianOf(_minutes.AsSpan(0, known), _median);
        _days.Learn(timeOfDay, _median);
    }

    /// <summary>Forgets the minute that has begun.</summary>
    public void DropUnlearned() => (_sum, _seconds) = (0, 0);

    // The median of the distances from a point.
    private double MedianOf(ReadOnlySpan<double> values, double from)
    {
        for (var i = 0; i < values.Length; i++)
        {
            _sorted[i] = Math.Abs(values[i] - from);
        }

        var sorted = _sorted.AsSpan(0, values.Length);
        sorted.Sort();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
