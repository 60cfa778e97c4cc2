namespace Qrator.FilterNode.Load;

/// <summary>What one run of one load against one proxy gave.</summary>
/// <param name="RequestsPerSecond">Answered requests a second.</param>
/// <param name="P50">The median latency, in milliseconds.</param>
/// <param name="P99">The 99th percentile, in milliseconds.</param>
/// <param name="CpuMicroseconds">User and system time of the proxy's processes alone for each request, in microseconds.</param>
/// <param name="ResidentMegabytes">Resident memory of the proxy's processes after the run.</param>
/// <param name="Errors">Failed requests, and answers that are not 2xx.</param>
internal sealed record Measurement(double RequestsPerSecond, double P50, double P99, double CpuMicroseconds, double ResidentMegabytes, long Errors);
