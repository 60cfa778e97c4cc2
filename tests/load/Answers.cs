using System.Globalization;

namespace Qrator.FilterNode.Load;

/// <summary>What came back for the requests of one run, or of several.</summary>
internal sealed class Answers
{
    private readonly double[] _sorted;

    private Answers(IEnumerable<double> milliseconds, long errors)
    {
        _sorted = [.. milliseconds.Order()];
        Errors = errors;
    }

    /// <summary>How many.</summary>
    public int Count => _sorted.Length;

    /// <summary>How many were no 200.</summary>
    public long Errors { get; }

    /// <summary>Those of several runs as of one.</summary>
    public static Answers Of(IReadOnlyCollection<Answers> runs) => new(runs.SelectMany(run => run._sorted), runs.Sum(run => run.Errors));

    /// <summary>Reads a log of h2load: the time of the start, the status and the duration in microseconds of each.</summary>
    public static Answers Read(string log)
    {
        var lines = File.ReadAllLines(log).Select(line => line.Split('\t')).ToList();
        return new(lines.Select(line => double.Parse(line[2], CultureInfo.InvariantCulture) / 1000), lines.Count(line => line[1] != "200"));
    }

    /// <summary>The time, in milliseconds, within which a share of them came.</summary>
    public double Percentile(double share) => Count == 0 ? double.NaN : _sorted[(int)(share * (Count - 1))];
}
