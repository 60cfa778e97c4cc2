using System.Globalization;
using System.Text.Json;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Statistics.Intervals;
using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>Puts what a service had within an interval into JSON, as members of an object. Described in docs/statistics.md.</summary>
internal static class StatisticsWriter
{
    private static readonly string[] Durations = ["0000_0200", "0200_0500", "0500_0700", "0700_1000", "1000_1500", "1500_2000", "2000_5000", "5000_inf"];
    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();
    private static readonly ListSource[] Sources = [.. Enum.GetValues<ListSource>().Where(source => source != ListSource.Config)];
    private static readonly ListChange[] Changes = Enum.GetValues<ListChange>();

    public static void WriteHttp(Utf8JsonWriter json, IntervalCounts counts)
    {
        json.WriteNumber("requests", counts.Requests);
        json.WriteNumber("passed", counts.PassedRequests);
        json.WriteStartObject("outcomes");
        foreach (var outcome in Outcomes.Where(outcome => outcome != Outcome.UnknownHost))
        {
            json.WriteNumber(OutcomeLabel.Of(outcome), counts.Of(outcome));
        }

        json.WriteEndObject();
        json.WriteStartObject("responses");
        for (var bucket = 0; bucket < IntervalCounts.DurationBuckets; bucket++)
        {
            json.WriteNumber(Durations[bucket], counts.Duration(bucket));
        }

        json.WriteEndObject();
        WriteCodes(json, counts);
    }

    public static void WriteIp(Utf8JsonWriter json, IntervalCounts counts, long seconds)
    {
        var (passedIn, passedOut) = (counts.Received(TrafficKind.Passed), counts.Sent(TrafficKind.Passed));
        var (allIn, allOut) = (passedIn + counts.Received(TrafficKind.Dropped), passedOut + counts.Sent(TrafficKind.Dropped));
        WriteTraffic(json, "bytes", allIn, passedIn, allOut, passedOut, static bytes => bytes);
        WriteTraffic(json, "bandwidth", allIn, passedIn, allOut, passedOut, bytes => Math.Round(bytes * 8.0 / seconds, 3));
        json.WriteStartObject("connections");
        json.WriteNumber("input", counts.Connections);
        json.WriteNumber("passed", counts.PassedConnections);
        json.WriteEndObject();
        json.WriteStartObject("blacklist");
        json.WriteNumber("total", Sources.Sum(counts.Blacklisted));
        foreach (var source in Sources)
        {
            json.WriteNumber(ListMetrics.Word(source), counts.Blacklisted(source));
        }

        json.WriteEndObject();
        WriteChanges(json, counts);
    }

    private static void WriteCodes(Utf8JsonWriter json, IntervalCounts counts)
    {
        var codes = counts.Codes.ToList();
        json.WriteStartObject("codes");
        foreach (var (code, count) in codes)
        {
            json.WriteNumber(code.ToString(CultureInfo.InvariantCulture), count);
        }

        if (counts.OtherCodes > 0)
        {
            json.WriteNumber("other", counts.OtherCodes);
        }

        json.WriteEndObject();
        json.WriteStartObject("errors");
        json.WriteNumber("total", codes.Where(code => code.Code is >= 400 and < 600).Sum(code => code.Count));
        for (var code = 500; code <= 504; code++)
        {
            json.WriteNumber(code.ToString(CultureInfo.InvariantCulture), codes.FirstOrDefault(counted => counted.Code == code).Count);
        }

        json.WriteNumber("4xx", codes.Where(code => code.Code is >= 400 and < 500).Sum(code => code.Count));
        json.WriteEndObject();
    }

    private static void WriteTraffic(Utf8JsonWriter json, string name, long allIn, long passedIn, long allOut, long passedOut, Func<long, double> of)
    {
        json.WriteStartObject(name);
        json.WriteNumber("input", of(allIn));
        json.WriteNumber("passed", of(passedIn));
        json.WriteNumber("output", of(allOut));
        json.WriteNumber("output_passed", of(passedOut));
        json.WriteEndObject();
    }

    // Most are 0, and there are many.
    private static void WriteChanges(Utf8JsonWriter json, IntervalCounts counts)
    {
        json.WriteStartObject("blacklist_changes");
        foreach (var change in Changes)
        {
            json.WriteStartObject(ListMetrics.Word(change));
            foreach (var source in Sources.Where(source => counts.Changes(source, change) > 0))
            {
                json.WriteNumber(ListMetrics.Word(source), counts.Changes(source, change));
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
