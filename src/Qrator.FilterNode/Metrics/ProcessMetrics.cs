using System.Globalization;
using System.IO.Enumeration;

namespace Qrator.FilterNode.Metrics;

/// <summary>
/// The series of the process under the names that Prometheus' own client libraries use, from proc(5). Where there is no /proc, or no file
/// descriptor left to read it with, those that need it are left out.
/// </summary>
internal static class ProcessMetrics
{
    private const string Limits = "/proc/self/limits";
    private const string Descriptors = "/proc/self/fd";
    private const string Memory = "/proc/self/statm";

    // Every attribute would be a system call for each descriptor.
    private static readonly EnumerationOptions NamesAlone = new() { AttributesToSkip = FileAttributes.None };
    private static readonly Lazy<double> StartSeconds = new(ReadStart, LazyThreadSafetyMode.PublicationOnly);

    public static void Write(MetricsWriter writer)
    {
        try
        {
            WriteAll(writer);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // Nothing of a family is written before its value is known, so what has been written is whole.
            return;
        }
    }

    private static void WriteAll(MetricsWriter writer)
    {
        Write(writer, "process_cpu_seconds_total", "counter", "User and system time.", Environment.CpuUsage.TotalTime.TotalSeconds);
        Write(writer, "process_resident_memory_bytes", "gauge", "Resident memory.", Environment.WorkingSet);
        if (VirtualPages() is { } pages)
        {
            Write(writer, "process_virtual_memory_bytes", "gauge", "Virtual memory.", pages * Environment.SystemPageSize);
        }

        Write(writer, "process_start_time_seconds", "gauge", "When the process started.", StartSeconds.Value);
        if (Directory.Exists(Descriptors))
        {
            Write(writer, "process_open_fds", "gauge", "Open file descriptors.", new FileSystemEnumerable<bool>(Descriptors, static (ref FileSystemEntry _) => true, NamesAlone).Count());
        }

        if (MaximumDescriptors() is { } maximum)
        {
            Write(writer, "process_max_fds", "gauge", "File descriptors that may be open.", maximum);
        }
    }

    /// <summary>How many file descriptors the process may have open; null where that is not known.</summary>
    public static double? MaximumDescriptors()
    {
        // "Max open files            1024                 524288               files"; the first number is the one in force.
        var line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        var words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is not { Length: > 3 } ? null
            : double.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var maximum) ? maximum
            : double.PositiveInfinity;
    }

    // "1234 567 ...": the first is the size of the process in pages.
    private static double? VirtualPages() =>
        File.Exists(Memory) && double.TryParse(File.ReadAllText(Memory).Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pages) ? pages : null;

    // What the runtime knows of a process it reads all at once, with every thread.
    private static double ReadStart()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
    }

    private static void Write(MetricsWriter writer, string name, string type, string help, double value)
    {
        writer.Family(name, type, help);
        writer.Sample(value);
    }
}
