using System.Text.Json;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>Gives the entries of a list, in pages if asked, without holding them in memory.</summary>
internal static class ListReading
{
    private const string Form = "tuple";
    private const string Forms = "\"tuple\", or [\"tuple\", offset, count]";

    public static ApiAnswer Get(ApiCall call, ListKind kind)
    {
        if (!TryPage(call, out var offset, out var count, out var problem))
        {
            return ApiAnswer.Wrong(problem);
        }

        var (lists, now) = (call.Service.Store.Lists, call.Clock.Now);
        return ApiAnswer.Stream(answer => WriteAsync(answer, lists.Entries(kind, now, offset), count, now));
    }

    /// <summary>The whole seconds that an entry has left, rounded up; 0 for a permanent one.</summary>
    public static long SecondsLeft(in ListEntry entry, long now)
    {
        // An entry ends up to a tenth of a second late, because lists count in tenths; without that, 300 seconds would begin as 301.
        const long Tenth = TimeSpan.TicksPerSecond / 10;
        return entry.Expires is { } end ? Math.Max(1, (end - Tenth - now + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond) : 0;
    }

    private static bool TryPage(ApiCall call, out int offset, out int count, out string problem)
    {
        (offset, count, problem) = (0, int.MaxValue, "");
        if (call.HasNoParams)
        {
            return true;
        }

        var form = call.Params;
        if (call.Params.ValueKind == JsonValueKind.Array)
        {
            form = call.Params[0];
            if (call.Params.GetArrayLength() > 3)
            {
                problem = $"params: {call.Params.GetArrayLength()} values; {Forms}";
                return false;
            }

            if (call.Params.GetArrayLength() > 1 && !ApiText.TryCount(call.Params[1], out offset, out problem))
            {
                problem = $"params[1]: {problem}";
                return false;
            }

            if (call.Params.GetArrayLength() > 2 && !ApiText.TryCount(call.Params[2], out count, out problem))
            {
                problem = $"params[2]: {problem}";
                return false;
            }
        }

        problem = $"params: {ApiText.Show(form)} is not a form that entries come in; {Forms}";
        return form.ValueKind == JsonValueKind.String && form.ValueEquals(Form);
    }

    private static async Task WriteAsync(AnswerWriter answer, IEnumerable<ListedEntry> entries, int count, long now)
    {
        answer.Json.WriteStartArray();
        foreach (var listed in entries.Take(count))
        {
            answer.Json.WriteStartArray();
            answer.Json.WriteStringValue(listed.Key.ToString());
            answer.Json.WriteNumberValue(SecondsLeft(listed.Entry, now));
            answer.Json.WriteStringValue(CommentOf(listed));
            answer.Json.WriteEndArray();
            await answer.SendPieceAsync();
        }

        answer.Json.WriteEndArray();
    }

    private static string CommentOf(in ListedEntry listed)
    {
        if (listed.Entry.Source == ListSource.Api)
        {
            return listed.Detail;
        }

        var filter = ListMetrics.Word(listed.Entry.Source);
        var cause = listed.Entry.Rule.Length > 0 ? $"{filter} {listed.Entry.Rule}" : filter;
        return listed.Detail.Length > 0 ? $"{cause}: {listed.Detail}" : cause;
    }
}
