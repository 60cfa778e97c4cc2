using System.Text.Json;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>The methods that switch the maintenance of a service on and off while the node runs.</summary>
internal static class MaintenanceMethods
{
    private const long LongestSeconds = Lists.ListRules.LongestSeconds;

    private const string Result = """
        { "type": "object", "required": ["until", "configured"], "properties": {
            "until": { "type": ["integer", "null"], "description": "Unix seconds; null when it was not switched on" },
            "configured": { "type": "boolean", "description": "whether the configuration has it on, which no call changes" } } }
        """;

    public static IEnumerable<ApiMethod> All { get; } =
    [
        new()
        {
            Name = "maintenance_mode_get",
            Summary = "Until when maintenance was switched on, and whether the configuration has it on.",
            Params = ApiMethods.None,
            Result = Result,
            Run = ApiMethods.WithoutParams(State),
        },
        new()
        {
            Name = "maintenance_mode_set",
            Summary = "Switches maintenance on until a moment, or with null off; gives what maintenance_mode_get gives. What the configuration says stays.",
            Params = """
                { "type": "array", "minItems": 1, "maxItems": 1, "prefixItems": [
                  { "type": "object", "required": ["until"], "additionalProperties": false, "properties": { "until": { "type": ["integer", "null"] } } } ] }
                """,
            Example = """[{"until": null}]""",
            Result = Result,
            Changes = true,
            Run = Set,
        },
    ];

    private static ApiAnswer Set(ApiCall call)
    {
        if (call.Params.ValueKind != JsonValueKind.Array
            || call.Params.GetArrayLength() != 1
            || !ApiText.TryOnlyMember(call.Params[0], "until", out var until))
        {
            return ApiAnswer.Wrong($"params: {ApiText.Show(call.Params)} that is not one object with until; [{{\"until\": Unix seconds}}], or [{{\"until\": null}}] for off");
        }

        var now = call.Clock.UtcNow;
        var ticks = 0L;
        if (until.ValueKind != JsonValueKind.Null)
        {
            if (until.ValueKind != JsonValueKind.Number || !until.TryGetInt64(out var seconds))
            {
                return ApiAnswer.Wrong($"params[0].until: {ApiText.Show(until)} is not a moment in Unix seconds, nor null");
            }

            var first = now.ToUnixTimeSeconds() + 1;
            if (seconds < first || seconds > first + LongestSeconds)
            {
                return ApiAnswer.Wrong($"params[0].until: {seconds} is {(seconds < first ? "over already" : "too far away")}; {first} to {first + LongestSeconds} (Unix seconds), or null for off");
            }

            ticks = call.Clock.Now + (DateTimeOffset.FromUnixTimeSeconds(seconds) - now).Ticks;
        }

        call.Service.Store.Maintenance.Until = ticks;
        return State(call);
    }

    private static ApiAnswer State(ApiCall call)
    {
        var until = call.Service.Store.Maintenance.Until;
        long? seconds = until > call.Clock.Now ? (long)Math.Round(call.Clock.ToUtc(until).ToUnixTimeMilliseconds() / 1000.0) : null;
        var configured = call.Service.Config.Maintenance.Enabled;
        return ApiAnswer.Of(json =>
        {
            json.WriteStartObject();
            if (seconds is { } moment)
            {
                json.WriteNumber("until", moment);
            }
            else
            {
                json.WriteNull("until");
            }

            json.WriteBoolean("configured", configured);
            json.WriteEndObject();
        });
    }
}
