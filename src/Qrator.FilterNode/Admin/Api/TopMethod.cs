using System.Text.Json;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Statistics.Top;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>The method that says which clients a service has most of.</summary>
internal static class TopMethod
{
    private const int Most = 100;
    private const int Usual = 10;
    private const string Form = "[by, count]: \"requests\", \"bytes\", \"errors\" or \"origin_time\", and 1 to 100";

    private static readonly Dictionary<string, ClientMeasure> Measures = new(StringComparer.Ordinal)
    {
        ["requests"] = ClientMeasure.Requests,
        ["bytes"] = ClientMeasure.Bytes,
        ["errors"] = ClientMeasure.Errors,
        ["origin_time"] = ClientMeasure.OriginTime,
    };

    public static ApiMethod Method { get; } = new()
    {
        Name = "top_clients",
        Summary = "The clients with the most requests, bytes, errors or milliseconds of origins' time in the last two to four minutes, how sure that is, and how each stands.",
        Params = """
            { "type": ["array", "null"], "maxItems": 2, "prefixItems": [
              { "enum": ["requests", "bytes", "errors", "origin_time"] }, { "type": "integer", "minimum": 1, "maximum": 100 } ] }
            """,
        Example = """["requests", 10]""",
        Result = """
            { "type": "object", "required": ["by", "seconds", "total", "clients"], "properties": {
                "by": { "type": "string" },
                "seconds": { "type": "integer", "description": "for how long was counted" },
                "total": { "type": "integer", "description": "of all clients" },
                "clients": { "type": "array", "items": { "type": "object", "required": ["client", "count", "error", "share", "status"], "properties": {
                  "client": { "type": "string" },
                  "count": { "type": "integer", "description": "at most; origin_time in milliseconds" },
                  "error": { "type": "integer", "description": "by how much the count may be too large" },
                  "share": { "type": "number", "description": "count of total, 0 to 1" },
                  "status": { "enum": ["whitelisted", "blacklisted", "limited", "unlisted"] } } } } } }
            """,
        Run = Run,
    };

    private static ApiAnswer Run(ApiCall call)
    {
        var (by, count) = ("requests", Usual);
        if (!call.HasNoParams)
        {
            if (call.Params.ValueKind != JsonValueKind.Array || call.Params.GetArrayLength() > 2)
            {
                return ApiAnswer.Wrong($"params: {ApiText.Show(call.Params)} that is not a measure and a number; {Form}");
            }

            if (call.Params[0].ValueKind != JsonValueKind.String || !ApiText.TryRead(call.Params[0], out by) || !Measures.ContainsKey(by))
            {
                return ApiAnswer.Wrong($"params[0]: {ApiText.Show(call.Params[0])} is nothing that clients are ranked by; {Form}");
            }

            if (call.Params.GetArrayLength() > 1 && (!ApiText.TryCount(call.Params[1], out count, out _) || count is 0 or > Most))
            {
                return ApiAnswer.Wrong($"params[1]: {ApiText.Show(call.Params[1])} is not a number of clients; {Form}");
            }
        }

        var measure = Measures[by];
        var now = call.Clock.Now;
        var top = call.Service.Store.Top.Top(measure, count, now);
        return ApiAnswer.Of(json =>
        {
            json.WriteStartObject();
            json.WriteString("by", by);
            json.WriteNumber("seconds", (long)top.Span.TotalSeconds);
            json.WriteNumber("total", Unit(measure, top.Total));
            json.WriteStartArray("clients");
            foreach (var client in top.Clients)
            {
                Write(json, call, measure, client, top.Total, now);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, ApiCall call, ClientMeasure measure, TopClient client, long total, long now)
    {
        var identity = call.Node.Identity;
        json.WriteStartObject();
        json.WriteString("client", identity.Format(client.Client));
        json.WriteNumber("count", Unit(measure, client.Count));
        json.WriteNumber("error", Unit(measure, client.Error));
        json.WriteNumber("share", Math.Round(Math.Min(1, (double)client.Count / total), 4));
        json.WriteString("status", ClientStanding.Of(call.Service, identity.PrefixOf(client.Client), now).Word);
        json.WriteEndObject();
    }

    // Full milliseconds, rounded up.
    private static long Unit(ClientMeasure measure, long count) =>
        measure == ClientMeasure.OriginTime ? (count + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond : count;
}
