using System.Diagnostics.Metrics;

namespace Qrator.FilterNode.Metrics;

/// <summary>
/// The Prometheus name of an instrument (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/): dots become
/// underscores, the unit is spelled out, what only rises ends in <c>_total</c>.
/// </summary>
internal readonly record struct InstrumentName
{
    private readonly string _help;

    public InstrumentName(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        Type = kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : kind.Contains("UpDown", StringComparison.Ordinal) || kind.Contains("Gauge", StringComparison.Ordinal) || GoesDown(instrument.Name) ? "gauge"
            : "counter";
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        Text = WithoutCount(Clean(instrument.Name)) + unit + (Type == "counter" ? "_total" : "");
        _help = instrument.Description ?? "";
    }

    /// <summary>The name.</summary>
    public string Text { get; }

    /// <summary>counter, gauge or histogram.</summary>
    public string Type { get; }

    /// <summary>Begins its family.</summary>
    public void Begin(MetricsWriter writer) => writer.Family(Text, Type, _help);

    // The runtime publishes the length of its queue and the number of its threads as counters, which they are not.
    private static bool GoesDown(string name) => name is "dotnet.thread_pool.queue.length" or "dotnet.thread_pool.thread.count";

    // The format keeps the ending _count for histograms.
    private static string WithoutCount(string name) => name.EndsWith("_count", StringComparison.Ordinal) ? name[..^"count".Length] + "number" : name;

    /// <summary>A name of an instrument or tag as the format allows it.</summary>
    public static string Clean(string name) => name.Replace('.', '_').Replace('-', '_');
}
