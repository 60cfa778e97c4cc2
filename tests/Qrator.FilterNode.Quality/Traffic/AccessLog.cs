using System.Globalization;
using System.Text.RegularExpressions;

namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>Reads a log in the combined format and cuts it into visits: what one client does without a pause of half an hour, up to an hour.</summary>
internal static partial class AccessLog
{
    public static IReadOnlyList<LogVisit> Read(string path)
    {
        var lines = File.ReadLines(path).Select(Parse).Where(line => line is not null).Select(line => line!).ToList();
        var visits = new List<LogVisit>();
        foreach (var (client, i) in lines.GroupBy(line => line.Client).Select((client, i) => (client, i)))
        {
            List<LogLine>? visit = null;
            foreach (var line in client.OrderBy(line => line.At))
            {
                if (visit is null || line.At - visit[^1].At > TimeSpan.FromMinutes(30) || line.At - visit[0].At > TimeSpan.FromHours(1))
                {
                    visits.Add(new(i, visit = []));
                }

                visit.Add(line);
            }
        }

        return visits;
    }

    private static LogLine? Parse(string text)
    {
        var match = Combined().Match(text);
        if (!match.Success)
        {
            return null;
        }

        var at = DateTimeOffset.ParseExact(match.Groups["time"].Value, "dd/MMM/yyyy:HH:mm:ss zzz", CultureInfo.InvariantCulture);
        var target = match.Groups["target"].Value.Split('?', 2);
        static string? Header(Group group) => group.Value == "-" ? null : group.Value;
        return new(
            match.Groups["client"].Value,
            at,
            match.Groups["method"].Value,
            target[0],
            target.Length > 1 ? target[1] : "",
            int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture),
            Header(match.Groups["referer"]),
            Browser.OfLog(Header(match.Groups["agent"])));
    }

    [GeneratedRegex("""^(?<client>\S+) \S+ \S+ \[(?<time>[^\]]+)\] "(?<method>\S+) (?<target>\S+) [^"]*" (?<status>\d+) \S+ "(?<referer>[^"]*)" "(?<agent>[^"]*)"$""")]
    private static partial Regex Combined();
}
