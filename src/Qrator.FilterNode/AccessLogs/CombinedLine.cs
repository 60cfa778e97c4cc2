using System.Globalization;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.AccessLogs;

/// <summary>
/// Writes requests in the combined log format (https://httpd.apache.org/docs/2.4/logs.html#combined). What is no printable ASCII, quotes and
/// backslashes become <c>\u</c> and four hex digits. Requests without an answer have the codes that nginx gives them: 444 where the node dropped them, 499
/// where the client went away.
/// </summary>
internal static class CombinedLine
{
    private const string Day = "dd/MMM/yyyy:HH:mm:ss +0000";
    private const int Longest = 4_096;
    private const int Dropped = 444;
    private const int ClientAborted = 499;

    /// <summary>The line, with its end.</summary>
    public static string Of(AccessRecord record)
    {
        var time = record.Time.UtcDateTime.ToString(Day, CultureInfo.InvariantCulture);
        var status = record.Status > 0 ? record.Status : record.Outcome == Outcome.ClientAborted ? ClientAborted : Dropped;
        var line = $"{VisibleText.Of(record.Method, Longest)} {VisibleText.Of(TargetOf(record), Longest)} {record.Protocol}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{record.Client} - - [{time}] \"{line}\" {status} {record.Sent} \"{Header(record, "Referer")}\" \"{Header(record, "User-Agent")}\"\n");
    }

    // What follows scheme and host; a target that is a URI itself stands as it is.
    private static ReadOnlySpan<char> TargetOf(AccessRecord record)
    {
        var uri = record.Uri.AsSpan();
        var scheme = uri.IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? 0 : scheme + "://".Length + record.Host.Length;
        return scheme > 0 && start < uri.Length && uri[start] == '/' ? uri[start..] : uri;
    }

    private static string Header(AccessRecord record, string name)
    {
        foreach (var (header, values) in record.Headers)
        {
            if (header.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return VisibleText.Of(values.ToString(), Longest);
            }
        }

        return "-";
    }
}
