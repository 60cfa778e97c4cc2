using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Statistics.Intervals;

/// <summary>Reads the counters of a service, which other threads go on adding to.</summary>
internal static class IntervalReading
{
    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();
    private static readonly ListSource[] Sources = Enum.GetValues<ListSource>();
    private static readonly ListChange[] Changes = Enum.GetValues<ListChange>();
    private static readonly int[] Buckets = [.. DurationHistogram.UpperSeconds.Append(double.PositiveInfinity).Select(BucketOf)];

    /// <summary>Everything since the start.</summary>
    public static IntervalCounts Of(RequestCounters requests, ClientList blacklist)
    {
        var counts = new IntervalCounts();
        foreach (var outcome in Outcomes)
        {
            counts[IntervalLayout.Of(outcome)] = requests.Of(outcome);
        }

        for (var bucket = 0; bucket < Buckets.Length; bucket++)
        {
            counts[IntervalLayout.Durations + Buckets[bucket]] += requests.Durations.InBucket(bucket);
        }

        foreach (var kind in (ReadOnlySpan<TrafficKind>)[TrafficKind.Passed, TrafficKind.Dropped])
        {
            counts[IntervalLayout.ReceivedOf(kind)] = requests.Traffic.Received(kind);
            counts[IntervalLayout.SentOf(kind)] = requests.Traffic.Sent(kind);
        }

        counts[IntervalLayout.Connections] = requests.Traffic.Connections;
        counts[IntervalLayout.PassedConnections] = requests.Traffic.PassedConnections;
        foreach (var source in Sources)
        {
            counts[IntervalLayout.SizeOf(source)] = blacklist.CountOf(source);
            foreach (var change in Changes)
            {
                counts[IntervalLayout.ChangesOf(source, change)] = blacklist.Changes(source, change);
            }
        }

        foreach (var (code, count) in requests.Responses())
        {
            counts[IntervalLayout.OfCode(code)] = count;
        }

        return counts;
    }

    // The finer buckets of the metrics have these bounds among theirs.
    private static int BucketOf(double upperSeconds)
    {
        var bucket = 0;
        while (bucket < IntervalLayout.DurationBounds.Count && upperSeconds > IntervalLayout.DurationBounds[bucket])
        {
            bucket++;
        }

        return bucket;
    }
}
