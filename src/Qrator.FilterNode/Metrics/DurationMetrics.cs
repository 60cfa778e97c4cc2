using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Metrics;

/// <summary>The histograms of the services.</summary>
internal static class DurationMetrics
{
    public static void Write(MetricsWriter writer, NodeSnapshot node)
    {
        writer.Family("filternode_request_duration_seconds", "histogram", "From the arrival of a request to the end of its response; dropped requests are not in it.");
        foreach (var service in node.Services)
        {
            WriteHistogram(writer, service.Store.Requests.Durations, ("service", service.Name));
        }

        writer.Family("filternode_origin_duration_seconds", "histogram", "The wait for the headers of the origin's response.");
        foreach (var service in node.Services)
        {
            WriteHistogram(writer, service.Store.Requests.OriginDurations, ("service", service.Name));
        }
    }

    /// <summary>A histogram of the family that was begun last; each bucket has those below it in it, as the format wants.</summary>
    public static void WriteHistogram(MetricsWriter writer, DurationHistogram histogram, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        Span<(string Name, string Value)> withBound = new (string, string)[labels.Length + 1];
        labels.CopyTo(withBound);
        var count = 0L;
        for (var bucket = 0; bucket <= DurationHistogram.UpperSeconds.Count; bucket++)
        {
            count += histogram.InBucket(bucket);
            var bound = bucket < DurationHistogram.UpperSeconds.Count ? DurationHistogram.UpperSeconds[bucket] : double.PositiveInfinity;
            withBound[^1] = ("le", MetricsWriter.Number(bound));
            writer.Part("_bucket", count, withBound);
        }

        writer.Part("_sum", histogram.SumTicks / (double)TimeSpan.TicksPerSecond, labels);
        writer.Part("_count", count, labels);
    }
}
