using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Metrics;

/// <summary>The bytes of the services.</summary>
internal static class TrafficMetrics
{
    public static void Write(MetricsWriter writer, NodeSnapshot node, RequestCounters nobody)
    {
        writer.Family("filternode_received_bytes_total", "counter", "Bytes of HTTP from clients, without TLS and below: heads, bodies and framing, also behind an upgrade.");
        Write(writer, node, nobody, static (traffic, kind) => traffic.Received(kind));
        writer.Family("filternode_sent_bytes_total", "counter", "Bytes of HTTP to clients, without TLS and below: heads, bodies and framing, also behind an upgrade.");
        Write(writer, node, nobody, static (traffic, kind) => traffic.Sent(kind));
    }

    private static void Write(MetricsWriter writer, NodeSnapshot node, RequestCounters nobody, Func<TrafficCounters, TrafficKind, long> read)
    {
        foreach (var service in node.Services)
        {
            writer.Sample(read(service.Store.Requests.Traffic, TrafficKind.Passed), ("service", service.Name), ("traffic", "passed"));
            writer.Sample(read(service.Store.Requests.Traffic, TrafficKind.Dropped), ("service", service.Name), ("traffic", "dropped"));
        }

        // What belongs to no service is never passed on.
        writer.Sample(read(nobody.Traffic, TrafficKind.Dropped), ("service", NodeMetrics.NoService), ("traffic", "dropped"));
    }
}
