using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.AccessLogs;

/// <summary>What became of the requests of the access log, for metrics. Safe for any number of threads.</summary>
internal sealed class AccessLogStatus
{
    private long _written;
    private long _dropped;
    private long _failed;

    /// <summary>Lines in the file.</summary>
    public long WrittenCount => Volatile.Read(ref _written);

    /// <summary>The writer was too far behind for one.</summary>
    public void Dropped() => Interlocked.Increment(ref _dropped);

    /// <summary>These are in the file.</summary>
    public void Written(int lines) => Interlocked.Add(ref _written, lines);

    /// <summary>These could not be written.</summary>
    public void Failed(int lines) => Interlocked.Add(ref _failed, lines);

    /// <summary>The series of the access log.</summary>
    public void Write(MetricsWriter writer)
    {
        writer.Family("filternode_access_log_requests_total", "counter", "Requests for the access log: written to the file, dropped because the writer was too far behind, failed because the file could not be written.");
        writer.Sample(WrittenCount, ("result", "written"));
        writer.Sample(Volatile.Read(ref _dropped), ("result", "dropped"));
        writer.Sample(Volatile.Read(ref _failed), ("result", "failed"));
    }
}
