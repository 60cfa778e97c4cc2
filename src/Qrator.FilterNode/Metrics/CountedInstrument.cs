using System.Diagnostics.Metrics;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Metrics;

/// <summary>What an instrument counts as it happens, over all its tags. Safe for any number of threads.</summary>
internal sealed class CountedInstrument
{
    private readonly DurationHistogram? _histogram;
    private readonly StripedCounters? _sum;

    public CountedInstrument(Instrument instrument)
    {
        Name = new(instrument);
        if (Name.Type == "histogram")
        {
            _histogram = new();
        }
        else
        {
            _sum = new(1);
        }
    }

    public InstrumentName Name { get; }

    /// <summary>Counts a measurement; those of histograms are in seconds.</summary>
    public void Count(double value)
    {
        _histogram?.Count((long)(value * TimeSpan.TicksPerSecond));
        _sum?.Add(0, (long)value);
    }

    /// <summary>Its family.</summary>
    public void Write(MetricsWriter writer)
    {
        Name.Begin(writer);
        if (_histogram is not null)
        {
            DurationMetrics.WriteHistogram(writer, _histogram);
        }
        else
        {
            writer.Sample(_sum!.Read(0));
        }
    }
}
