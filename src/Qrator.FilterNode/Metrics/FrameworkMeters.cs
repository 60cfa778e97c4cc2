using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Qrator.FilterNode.Metrics;

/// <summary>
/// The meters of the runtime and of Kestrel, under the names that OpenTelemetry's rules for Prometheus give them. What they count as it
/// happens is added up over its tags, so that a connection costs nanoseconds and the series are bounded; what they read when asked keeps its
/// tags. Safe for any number of threads.
/// </summary>
internal sealed class FrameworkMeters : IDisposable
{
    private const string Runtime = "System.Runtime";
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, CountedInstrument> _counted = new();
    private readonly List<ReadInstrument> _read = [];
    private readonly Lock _reading = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="server">Whose Kestrel to listen to; the node's other servers stay out of it.</param>
    public void Start(IMeterFactory server)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Runtime || (instrument.Meter.Name == Kestrel && ReferenceEquals(instrument.Meter.Scope, server)))
            {
                listener.EnableMeasurementEvents(instrument, instrument.IsObservable ? null : _counted.GetOrAdd(instrument, static i => new(i)));
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Take(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Take(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, state) => Take(instrument, value, tags, state));
        _listener.Start();
    }

    public void Write(MetricsWriter writer)
    {
        foreach (var counted in _counted.Values.OrderBy(counted => counted.Name.Text, StringComparer.Ordinal))
        {
            counted.Write(writer);
        }

        lock (_reading)
        {
            _read.Clear();
            _listener.RecordObservableInstruments();
            foreach (var family in _read.GroupBy(read => read.Name.Text).OrderBy(family => family.Key, StringComparer.Ordinal))
            {
                family.First().Name.Begin(writer);
                foreach (var read in family)
                {
                    writer.Sample(read.Value, read.Labels);
                }
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (state is CountedInstrument counted)
        {
            counted.Count(value);
        }
        else
        {
            // Only within Write, on its thread.
            _read.Add(new(new(instrument), value, tags));
        }
    }
}
