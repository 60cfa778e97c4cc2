using System.Text.Json;
using Qrator.FilterNode.Behavior;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>The methods that say and set how the detection of attacks acts for a service.</summary>
internal static class BehaviorMethods
{
    private const string Mode = """{ "enum": ["Off", "Shadow", "On"] }""";
    private const string ModeOrNull = """{ "enum": ["Off", "Shadow", "On", null] }""";

    private const string Result = $$"""
        { "type": "object", "required": ["mode", "set", "configured", "shadow_until", "state", "reason"], "properties": {
            "mode": {{Mode}},
            "set": { "description": "what behavior_mode_set has set; null when the configuration decides", "enum": ["Off", "Shadow", "On", null] },
            "configured": { "description": "what the configuration names; null for Shadow in the first 24 hours of the service and then On", "enum": ["Off", "Shadow", "On", null] },
            "shadow_until": { "type": ["integer", "null"], "description": "Unix seconds at which the mode becomes On by itself; null when it does not" },
            "state": { "enum": ["calm", "attack", "origin_ill"] },
            "reason": { "type": "string", "description": "why it is in that state" } } }
        """;

    public static IEnumerable<ApiMethod> All { get; } =
    [
        new()
        {
            Name = "behavior_mode_get",
            Summary = "The mode of the detection of attacks that is in force, who decided it, and how the service is doing.",
            Params = ApiMethods.None,
            Result = Result,
            Run = ApiMethods.WithoutParams(State),
        },
        new()
        {
            Name = "behavior_mode_set",
            Summary = "Sets the mode of detection, also over restarts, or with null leaves it to the configuration; gives what behavior_mode_get gives. Off ends what detection has listed.",
            Params = $$"""
                { "type": "array", "minItems": 1, "maxItems": 1, "prefixItems": [
                  { "type": "object", "required": ["mode"], "additionalProperties": false, "properties": { "mode": {{ModeOrNull}} } } ] }
                """,
            Example = """[{"mode": "Shadow"}]""",
            Result = Result,
            Changes = true,
            Run = Set,
        },
    ];

    private static ApiAnswer Set(ApiCall call)
    {
        if (call.Params.ValueKind != JsonValueKind.Array
            || call.Params.GetArrayLength() != 1
            || !ApiText.TryOnlyMember(call.Params[0], "mode", out var mode))
        {
            return ApiAnswer.Wrong($"params: {ApiText.Show(call.Params)} that is not one object with mode; [{{\"mode\": \"Off\", \"Shadow\" or \"On\"}}], or [{{\"mode\": null}}] for what the configuration says");
        }

        BehaviorMode? wanted = null;
        if (mode.ValueKind != JsonValueKind.Null)
        {
            if (mode.ValueKind != JsonValueKind.String || ModeOf(mode.GetString()!) is not { } named)
            {
                return ApiAnswer.Wrong($"params[0].mode: {ApiText.Show(mode)} is no mode; \"Off\", \"Shadow\", \"On\", or null for what the configuration says");
            }

            wanted = named;
        }

        call.Service.Store.Behavior.ModeOverride = wanted;
        return State(call);
    }

    private static BehaviorMode? ModeOf(string word)
    {
        foreach (var mode in Enum.GetValues<BehaviorMode>())
        {
            if (string.Equals(word, mode.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return mode;
            }
        }

        return null;
    }

    private static ApiAnswer State(ApiCall call)
    {
        var behavior = call.Service.Store.Behavior;
        return ApiAnswer.Of(json =>
        {
            json.WriteStartObject();
            json.WriteString("mode", behavior.Mode.ToString());
            json.WriteString("set", behavior.ModeOverride?.ToString());
            json.WriteString("configured", behavior.ConfiguredMode?.ToString());
            if (behavior.ShadowUntil is { } until && behavior.Mode == BehaviorMode.Shadow)
            {
                json.WriteNumber("shadow_until", until.ToUnixTimeSeconds());
            }
            else
            {
                json.WriteNull("shadow_until");
            }

            json.WriteString("state", BehaviorStateName.Of(behavior.State));
            json.WriteString("reason", behavior.Reason);
            json.WriteEndObject();
        });
    }
}
