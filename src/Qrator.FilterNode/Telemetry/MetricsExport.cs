using System.Diagnostics.Metrics;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Telemetry;

/// <summary>
/// The series of /metrics as instruments that are read when asked. Histograms go as their buckets, sum and count, under the names they have there. All
/// instruments that are asked within a second are answered from one reading.
/// </summary>
internal sealed class MetricsExport : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Qrator.FilterNode";

    private static readonly long OneReading = TimeSpan.FromSeconds(1).Ticks;

    private readonly Meter _meter = new(MeterName, NodeMetrics.Version);
    private readonly NodeMetrics _metrics;
    private readonly NodeClock _clock;
    private readonly Lock _reading = new();
    private ILookup<string, MetricSample> _samples;
    private long _readAt;

    public MetricsExport(NodeMetrics metrics, NodeClock clock)
    {
        _metrics = metrics;
        _clock = clock;
        _readAt = clock.Now;
        var families = MetricsReference.Families.Concat(ExpositionReader.Read(metrics.Text())).DistinctBy(family => family.Name).ToList();
        _samples = SamplesOf(families);
        foreach (var family in families)
        {
            foreach (var name in NamesOf(family))
            {
                Add(name, family);
            }
        }
    }

    public void Dispose() => _meter.Dispose();

    private static string[] NamesOf(MetricFamily family) =>
        family.Type == "histogram" ? [family.Name + "_bucket", family.Name + "_sum", family.Name + "_count"] : [family.Name];

    private void Add(string name, MetricFamily family)
    {
        if (family.Type == "gauge")
        {
            _meter.CreateObservableGauge(name, () => Read(name), description: family.Help);
        }
        else
        {
            _meter.CreateObservableCounter(name, () => Read(name), description: family.Help);
        }
    }

    private List<Measurement<double>> Read(string name)
    {
        lock (_reading)
        {
            if (_clock.Now - _readAt > OneReading)
            {
                _readAt = _clock.Now;
                _samples = SamplesOf(ExpositionReader.Read(_metrics.Text()));
            }

            return [.. _samples[name].Select(sample => new Measurement<double>(sample.Value, sample.Labels.Select(label => KeyValuePair.Create(label.Name, (object?)label.Value))))];
        }
    }

    private static ILookup<string, MetricSample> SamplesOf(IEnumerable<MetricFamily> families) => families.SelectMany(family => family.Samples).ToLookup(sample => sample.Name);
}
