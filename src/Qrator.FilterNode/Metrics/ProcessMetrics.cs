using System.Globalization;

namespace Qrator.FilterNode.Metrics;

/// <summary>
/// The series of the process under the names that Prometheus' own client libraries use, from proc(5). Where there is no /proc, those that need it are
/// left out.
/// </summary>
internal static class ProcessMetrics
{
    private const string Limits = "/proc/self/limits";
    private const string Descriptors = "/proc/self/fd";

    public static void Write(MetricsWriter writer)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        Write(writer, "process_cpu_seconds_total", "counter", "User and system time.", Environment.CpuUsage.TotalTime.TotalSeconds);
        Write(writer, "process_resident_memory_bytes", "gauge", "Resident memory.", process.WorkingSet64);
        Write(writer, "process_virtual_memory_bytes", "gauge", "Virtual memory.", process.VirtualMemorySize64);
        Write(writer, "process_start_time_seconds", "gauge", "When the process started.", new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        if (Directory.Exists(Descriptors))
        {
            Write(writer, "process_open_fds", "gauge", "Open file descriptors.", Directory.EnumerateFileSystemEntries(Descriptors).Count());
        }

        if (MaximumDescriptors() is { } maximum)
        {
            Write(writer, "process_max_fds", "gauge", "File descriptors that may be open.", maximum);
        }
    }

    // "Max open files            1024                 524288               files"; the first number is the one in force.
    private static double? MaximumDescriptors()
    {
        var line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        var words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is not { Length: > 3 } ? null
            : double.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var maximum) ? maximum
            : double.PositiveInfinity;
    }

    private static void Write(MetricsWriter writer, string name, string type, string help, double value)
    {
        writer.Family(name, type, help);
        writer.Sample(value);
    }
}
