using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Telemetry;

/// <summary>
/// Sends metrics and traces to a collector (OTLP over HTTP with protobuf, https://opentelemetry.io/docs/specs/otlp/). What the collector does not take in time
/// is dropped; a collector that is away costs nothing but that. Disposing it sends what waits, for 5 seconds at most.
/// </summary>
internal sealed class NodeTelemetry : IDisposable
{
    // Series of one name; the services, rules and origins of the configuration bound them.
    private const int MostSeries = 10_000;

    // For one request to the collector; a stop waits for one of each kind.
    private const int PatienceMilliseconds = 2_500;

    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;
    private readonly MetricsExport? _export;

    public NodeTelemetry(TelemetryConfig config, RequestTraces traces, NodeMetrics metrics, NodeClock clock)
    {
        if (config.Traces)
        {
            traces.Start();
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(Describe)
                .AddSource(RequestTraces.SourceName)
                .SetSampler(new TraceIdRatioBasedSampler(config.Sample))
                .AddOtlpExporter(exporter => Address(exporter, config, "v1/traces"))
                .Build();
        }

        if (config.Metrics)
        {
            _export = new(metrics, clock);
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(Describe)
                .AddMeter(MetricsExport.MeterName)
                .AddView("*", new MetricStreamConfiguration { CardinalityLimit = MostSeries })
                .AddOtlpExporter((exporter, reader) =>
                {
                    Address(exporter, config, "v1/metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)config.Interval.TotalMilliseconds;
                })
                .Build();
        }
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        _export?.Dispose();
    }

    private static void Describe(ResourceBuilder resource) => resource.AddService("filternode", serviceVersion: NodeMetrics.Version);

    private static void Address(OtlpExporterOptions exporter, TelemetryConfig config, string path)
    {
        exporter.TimeoutMilliseconds = PatienceMilliseconds;
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new(config.Endpoint.Uri, path);
    }
}
