using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.Connections;

/// <summary>How many connections of visitors the process has file descriptors for.</summary>
internal static class DescriptorBound
{
    // What the node has open by itself: assemblies, listeners, logs, pipes.
    private const double Own = 256;

    // The rest is for connections to origins, and for the runtime, which ends the process when it gets no descriptor.
    private const double ShareOfVisitors = 0.75;

    /// <summary>
    /// <paramref name="configured"/>, or fewer, so that visitors never take the last descriptors; at least 1. Read once, as the limit of a
    /// process seldom changes.
    /// </summary>
    public static int Of(int configured) =>
        ProcessMetrics.MaximumDescriptors() is { } maximum ? (int)Math.Clamp((maximum - Own) * ShareOfVisitors, 1, configured) : configured;
}
