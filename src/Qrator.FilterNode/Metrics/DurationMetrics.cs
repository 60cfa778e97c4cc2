using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Metrics;

/// <summary>The histograms of the services.</summary>
internal static class DurationMetrics
{
    private static readonly string[] Bounds = [.. DurationHistogram.UpperSeconds.Append(double.PositiveInfinity).Select(MetricsWriter.Number)];

    public static void Write(MetricsWriter writer, NodeSnapshot node)
    {
        writer.Family("filternode_request_duration_seconds", "histogram", "From the arrival of a request to the end of its response; dropped requests are not in it.");
        foreach (var service in node.Services)
        {
            WriteHistogram(writer, service.Store.Requests.Durations, service.Name);
        }

        writer.Family("filternode_origin_duration_seconds", "histogram", "The wait for the headers of the origin's response.");
        foreach (var service in node.Services)
        {
            WriteHistogram(writer, service.Store.Requests.OriginDurations, service.Name);
        }
    }

    /// <summary>A histogram of the family that was begun last, with one label or none; each bucket has those below it in it, as the format wants.</summary>
    public static void WriteHistogram(MetricsWriter writer, DurationHistogram histogram, string? service = null)
    {
        var count = 0L;
        for (var bucket = 0; bucket < Bounds.Length; bucket++)
        {
            count += histogram.InBucket(bucket);
            if (service is null)
            {
                writer.Part("_bucket", count, ("le", Bounds[bucket]));
            }
            else
            {
                writer.Part("_bucket", count, ("service", service), ("le", Bounds[bucket]));
            }
        }

        var seconds = histogram.SumTicks / (double)TimeSpan.TicksPerSecond;
        if (service is null)
        {
            writer.Part("_sum", seconds);
            writer.Part("_count", count);
        }
        else
        {
            writer.Part("_sum", seconds, ("service", service));
            writer.Part("_count", count, ("service", service));
        }
    }
}
