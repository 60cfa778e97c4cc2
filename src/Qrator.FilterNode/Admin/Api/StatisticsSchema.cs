namespace Qrator.FilterNode.Admin.Api;

/// <summary>The JSON schemas of what <see cref="StatisticsWriter"/> writes.</summary>
internal static class StatisticsSchema
{
    private const string Counts = """{ "type": "object", "additionalProperties": { "type": "integer" } }""";

    private const string Time = """
        "time": { "type": "integer", "description": "the start of the interval, in Unix seconds" },
        "seconds": { "type": "integer", "description": "how long the interval has lasted" }
        """;

    private const string HttpMembers = $$"""
        "requests": { "type": "integer", "description": "all that came" },
        "passed": { "type": "integer", "description": "those that the filters let pass" },
        "outcomes": {{Counts}},
        "responses": { "type": "object", "description": "by duration in milliseconds: 0000_0200 to 5000_inf", "additionalProperties": { "type": "integer" } },
        "codes": {{Counts}},
        "errors": { "type": "object", "description": "responses of 400 and above: total, 500 to 504, 4xx", "additionalProperties": { "type": "integer" } }
        """;

    private const string Traffic = """
        { "type": "object", "required": ["input", "passed", "output", "output_passed"], "properties": {
            "input": { "type": "number" }, "passed": { "type": "number" }, "output": { "type": "number" }, "output_passed": { "type": "number" } } }
        """;

    private const string IpMembers = $$"""
        "bytes": {{Traffic}}, "bandwidth": {{Traffic}},
        "connections": { "type": "object", "properties": { "input": { "type": "integer" }, "passed": { "type": "integer" } } },
        "blacklist": { "type": "object", "description": "entries at the end, by source", "additionalProperties": { "type": "integer" } },
        "blacklist_changes": { "type": "object", "description": "by change and source; those that are 0 are left out", "additionalProperties": {{Counts}} }
        """;

    public const string Http = $$"""{ "type": "object", "required": ["time", "seconds", "requests", "passed"], "properties": { {{Time}}, {{HttpMembers}} } }""";

    public const string Ip = $$"""{ "type": "object", "required": ["time", "seconds", "bytes", "bandwidth"], "properties": { {{Time}}, {{IpMembers}} } }""";

    public const string Series = $$"""
        { "type": "object", "required": ["from", "to", "step", "points"], "properties": {
            "from": { "type": "integer" }, "to": { "type": "integer" }, "step": { "type": "integer" },
            "points": { "type": "array", "items": { "type": ["object", "null"], "properties": { "time": { "type": "integer" }, {{HttpMembers}}, {{IpMembers}} } } } } }
        """;

    public const string Billable = """
        { "type": "object", "required": ["month", "bits_per_second", "bytes", "intervals", "of"], "properties": {
            "month": { "type": "string" },
            "bits_per_second": { "type": "number" }, "bytes": { "type": "integer", "description": "the same as bytes of 3 minutes" },
            "intervals": { "type": "integer", "description": "how many intervals were counted" },
            "of": { "type": "integer", "description": "how many the month has" } } }
        """;
}
