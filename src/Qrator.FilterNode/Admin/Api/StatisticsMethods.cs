using System.Globalization;
using System.Text.Json;
using Qrator.FilterNode.Statistics.Intervals;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>The methods that give the statistics of a service.</summary>
internal static class StatisticsMethods
{
    private const string MonthFormat = "yyyy-MM";
    private const string GetForm = "[from, to, step]: the first two in Unix seconds, the step in seconds, a multiple of 180";
    private const long LastSecond = 253_402_300_799;

    public static IEnumerable<ApiMethod> All { get; } =
    [
        new()
        {
            Name = "statistics_current_http",
            Summary = "Requests, responses by duration and code, and errors in the current interval of 3 minutes, so far.",
            Params = ApiMethods.None,
            Result = StatisticsSchema.Http,
            Run = ApiMethods.WithoutParams(call => Current(call, static (json, counts, _) => StatisticsWriter.WriteHttp(json, counts))),
        },
        new()
        {
            Name = "statistics_current_ip",
            Summary = "Bytes, connections and the blacklist in the current interval of 3 minutes, so far.",
            Params = ApiMethods.None,
            Result = StatisticsSchema.Ip,
            Run = ApiMethods.WithoutParams(call => Current(call, StatisticsWriter.WriteIp)),
        },
        new()
        {
            Name = "statistics_get",
            Summary = "The statistics from a moment to another in steps, from the intervals that are over; a step in which nobody counted is null.",
            Params = """
                { "type": "array", "minItems": 3, "maxItems": 3, "prefixItems": [
                  { "type": "integer", "description": "from, in Unix seconds; the start of its interval counts" },
                  { "type": "integer", "description": "to, in Unix seconds, not included; the start of its interval counts" },
                  { "type": "integer", "multipleOf": 180, "minimum": 180, "description": "step in seconds" } ] }
                """,
            Example = "[1767225600, 1767229200, 180]",
            Result = StatisticsSchema.Series,
            Run = Series,
        },
        new()
        {
            Name = "statistics_billable",
            Summary = "The billing figure of a month (UTC; this one when none is named): of each interval the larger of passed traffic in and out, the 30 highest left out, and then the highest.",
            Params = """{ "type": ["array", "null"], "maxItems": 1, "prefixItems": [ { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "examples": ["2026-01"] } ] }""",
            Example = """["2026-01"]""",
            Result = StatisticsSchema.Billable,
            Run = Billable,
        },
    ];

    private static ApiAnswer Current(ApiCall call, Action<Utf8JsonWriter, IntervalCounts, long> write)
    {
        var now = call.Clock.UtcNow;
        var (start, counts) = call.Service.Store.Statistics.Current(now);
        var seconds = Math.Max(1, now.ToUnixTimeSeconds() - start);
        return ApiAnswer.Of(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("time", start);
            json.WriteNumber("seconds", seconds);
            write(json, counts, seconds);
            json.WriteEndObject();
        });
    }

    private static ApiAnswer Series(ApiCall call)
    {
        if (call.Params.ValueKind != JsonValueKind.Array || call.Params.GetArrayLength() != 3)
        {
            return ApiAnswer.Wrong($"params: {ApiText.Show(call.Params)} that is not three numbers; {GetForm}");
        }

        var numbers = new long[3];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (call.Params[i].ValueKind != JsonValueKind.Number || !call.Params[i].TryGetInt64(out numbers[i]) || numbers[i] is < 0 or > LastSecond)
            {
                return ApiAnswer.Wrong($"params[{i}]: {ApiText.Show(call.Params[i])} is not a number of seconds; {GetForm}");
            }
        }

        var (from, to, step) = (IntervalTime.StartOf(numbers[0]), IntervalTime.StartOf(numbers[1]), numbers[2]);
        if (step == 0 || step % IntervalTime.Seconds != 0)
        {
            return ApiAnswer.Wrong($"params[2]: {step} is no multiple of {IntervalTime.Seconds}; {IntervalTime.Seconds} or a multiple of it");
        }

        var points = (to - from + step - 1) / step;
        if (from > to || points > IntervalHistory.Most)
        {
            return ApiAnswer.Wrong($"params: {(from > to ? "from is after to" : $"{points} points")}; at most {IntervalHistory.Most} points, {GetForm}");
        }

        var history = call.Service.Store.Statistics.History;
        return ApiAnswer.Stream(answer => WriteAsync(answer, history, from, to, step));
    }

    private static async Task WriteAsync(AnswerWriter answer, IntervalHistory history, long from, long to, long step)
    {
        var json = answer.Json;
        json.WriteStartObject();
        json.WriteNumber("from", from);
        json.WriteNumber("to", to);
        json.WriteNumber("step", step);
        json.WriteStartArray("points");
        var time = from;
        foreach (var point in StatisticsSeries.Of(history, from, to, step))
        {
            if (point is null)
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteStartObject();
                json.WriteNumber("time", time);
                StatisticsWriter.WriteHttp(json, point);
                StatisticsWriter.WriteIp(json, point, Math.Min(step, to - time));
                json.WriteEndObject();
            }

            time += step;
            await answer.SendPieceAsync();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static ApiAnswer Billable(ApiCall call)
    {
        var now = call.Clock.UtcNow;
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        if (!call.HasNoParams && !TryMonth(call.Params, out month))
        {
            return ApiAnswer.Wrong($"params: {ApiText.Show(call.Params.ValueKind == JsonValueKind.Array ? call.Params[0] : call.Params)} is not a month; [\"2026-01\"], or [] for this month");
        }

        var (from, to) = (month.ToUnixTimeSeconds(), month.AddMonths(1).ToUnixTimeSeconds());
        var figure = BillableTraffic.Of(call.Service.Store.Statistics.History, from, to);
        return ApiAnswer.Of(json =>
        {
            json.WriteStartObject();
            json.WriteString("month", month.ToString(MonthFormat, CultureInfo.InvariantCulture));
            json.WriteNumber("bits_per_second", Math.Round(figure.BitsPerSecond, 3));
            json.WriteNumber("bytes", figure.Bytes);
            json.WriteNumber("intervals", figure.Intervals);
            json.WriteNumber("of", (to - from) / IntervalTime.Seconds);
            json.WriteEndObject();
        });
    }

    private static bool TryMonth(JsonElement parameters, out DateTimeOffset month)
    {
        month = default;
        return parameters.ValueKind == JsonValueKind.Array
            && parameters.GetArrayLength() == 1
            && parameters[0].ValueKind == JsonValueKind.String
            && ApiText.TryRead(parameters[0], out var text)
            && DateTimeOffset.TryParseExact(text, MonthFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out month)
            && month.Year is > 1970 and < 9999;
    }
}
