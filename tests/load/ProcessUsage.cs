using System.Globalization;

namespace Qrator.FilterNode.Load;

/// <summary>Time and memory of a process and its children, from proc(5).</summary>
internal static class ProcessUsage
{
    private const double TicksPerSecond = 100;
    private const double PageSize = 4096;

    /// <summary>User and system time so far, in microseconds.</summary>
    public static double CpuMicroseconds(int process) =>
        WithChildren(process).Select(Stat).Sum(stat => Number(stat[11]) + Number(stat[12])) / TicksPerSecond * 1_000_000;

    /// <summary>Resident memory, in megabytes; pages that processes share are counted for each.</summary>
    public static double ResidentMegabytes(int process) => WithChildren(process).Select(Stat).Sum(stat => Number(stat[21])) * PageSize / 1_048_576;

    private static List<int> WithChildren(int process)
    {
        List<int> all = [process];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && Stat(id) is { Length: > 1 } stat && Number(stat[1]) == process)
            {
                all.Add(id);
            }
        }

        return all;
    }

    // The fields after the name in parentheses: state, parent, ...; empty when the process is gone.
    private static string[] Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
