using System.Globalization;
using System.Text;

namespace Qrator.FilterNode.Quality;

/// <summary>The results as Markdown.</summary>
internal static class ResultTable
{
    public static string Of(IReadOnlyList<CaseResult> results)
    {
        var table = new StringBuilder();
        table.AppendLine("| attack | site | size | first entry, s | 95 % stopped from second | 99 % stopped from second | stopped after 5 s | honest clients listed | honest requests stopped | memory, MB | ns a request | goal |");
        table.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var result in results.Where(result => result.Kind == "attack"))
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"| {result.Case} | {result.Background} | {result.Parameters} | {Number(result.FirstEntrySeconds)} | {Second(result.Stopped95Seconds)} | {Second(result.Stopped99Seconds)} | {Percent(result.StoppedAfter5)} | {Honest(result)} | {Percent(result.HonestStoppedPart)} | {Megabytes(result)} | {result.NanosecondsARequest:0} | {(result.MeetsGoal ? "met" : "**missed**")} |");
        }

        table.AppendLine().AppendLine("| no attack | site | honest clients listed | honest requests stopped | memory, MB | ns a request | goal |");
        table.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var result in results.Where(result => result.Kind != "attack"))
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"| {result.Case} | {result.Background} | {Honest(result)} | {Percent(result.HonestStoppedPart)} | {Megabytes(result)} | {result.NanosecondsARequest:0} | {(result.MeetsGoal ? "met" : "**missed**")} |");
        }

        table.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Memory of a service: {results.Max(result => result.MemoryBytes) / 1048576.0:0.0} MB. Time of detection for a request, arrival and end medians: {Median(results.Select(result => result.NanosecondsARequest)):0} ns.");
        return table.ToString();
    }

    private static string Honest(CaseResult result) =>
        FormattableString.Invariant($"{result.HonestListed} of {result.HonestClientsSince} ({100 * result.HonestListedPart:0.###} %)");

    private static string Megabytes(CaseResult result) => (result.MemoryBytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Number(double? value) => value is { } number ? number.ToString("0.0", CultureInfo.InvariantCulture) : "never";

    private static string Second(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "never";

    private static string Percent(double? part) => part is { } number ? (100 * number).ToString("0.0##", CultureInfo.InvariantCulture) + " %" : "-";

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
