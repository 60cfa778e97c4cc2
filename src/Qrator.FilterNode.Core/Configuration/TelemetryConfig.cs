using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Telemetry</c>.</summary>
public sealed record TelemetryConfig
{
    /// <summary>Where the collector is.</summary>
    [Setting("Where the collector takes OTLP over HTTP (protobuf), without v1/traces and v1/metrics.", Required = true, Remedy = "an address, such as \"http://127.0.0.1:4318\"")]
    public CollectorAddress Endpoint { get; init; } = new(new Uri("http://127.0.0.1:4318/"));

    /// <summary>Whether metrics are sent.</summary>
    [Setting("Whether the series of /metrics are sent.")]
    public bool Metrics { get; init; } = true;

    /// <summary>How often metrics are sent.</summary>
    [Setting("How often metrics are sent.", Min = "00:00:01", Max = "01:00:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether traces are sent.</summary>
    [Setting("Whether a span for each request is sent.")]
    public bool Traces { get; init; } = true;

    /// <summary>The part of requests that get a span.</summary>
    [Setting("The part (0 to 1) of requests that get a span.", Min = "0", Max = "1")]
    public double Sample { get; init; } = 0.01;
}
