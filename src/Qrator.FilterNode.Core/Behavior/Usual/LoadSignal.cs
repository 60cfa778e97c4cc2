namespace Qrator.FilterNode.Behavior.Usual;

/// <summary>One number that says how loaded a service is, with what is usual for it. For one thread.</summary>
internal sealed class LoadSignal
{
    private const double HalfLifeSeconds = 0.5;

    private readonly UsualLevel _level = new();
    private readonly double _factor;
    private readonly double _spreads;

    /// <summary>A signal that is out of the ordinary above <paramref name="factor"/> times the usual and <paramref name="spreads"/> spreads over it.</summary>
    public LoadSignal(double factor, double spreads) => (_factor, _spreads) = (factor, spreads);

    /// <summary>The value now, smoothed over about a second.</summary>
    public double Value { get; private set; }

    /// <summary>What is usual now, at least the floor.</summary>
    public double Usual { get; private set; }

    /// <summary>Whether what is usual is known.</summary>
    public bool IsLearned => _level.IsLearned;

    /// <summary>Whether the value is out of the ordinary: over the floor, over a multiple of the usual, and over its spread.</summary>
    public bool IsHigh { get; private set; }

    /// <summary>Whether the value is over the floor and half as many spreads over the usual as it takes to be out of the ordinary.</summary>
    public bool IsRising { get; private set; }

    /// <summary>How many times the usual.</summary>
    public double Ratio => Usual > 0 ? Value / Usual : 0;

    /// <summary>Takes the value of the last seconds.</summary>
    public void Take(double value, double seconds, double floor, TimeSpan timeOfDay)
    {
        Value += (value - Value) * (1 - Math.Pow(0.5, seconds / HalfLifeSeconds));
        Usual = IsLearned ? Math.Max(_level.At(timeOfDay), floor / _factor) : floor;
        var margin = _spreads * Math.Max(_level.Spread, Math.Sqrt(Usual));
        IsHigh = Value > Math.Max(floor, Math.Max(_factor * Usual, Usual + margin));
        IsRising = Value > Math.Max(floor, Usual + (margin / 2));
    }

    /// <summary>Lets the value of the last seconds count as usual.</summary>
    public void Learn(double value, double seconds, TimeSpan timeOfDay) => _level.Learn(value, seconds, timeOfDay);

    /// <summary>Forgets what has not become usual yet.</summary>
    public void DropUnlearned() => _level.DropUnlearned();
}
