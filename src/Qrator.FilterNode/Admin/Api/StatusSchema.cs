namespace Qrator.FilterNode.Admin.Api;

/// <summary>The JSON schema of what <see cref="StatusWriter"/> writes.</summary>
internal static class StatusSchema
{
    private const string Cause = """
        "source": { "enum": ["header", "geo", "rule", "behavior", "api"] }, "rule": { "type": ["string", "null"] }, "matched": { "type": ["string", "null"] },
        "request_id": { "type": ["string", "null"] }, "comment": { "type": ["string", "null"] },
        "until": { "type": ["integer", "null"], "description": "Unix seconds; null is permanent" }, "until_text": { "type": ["string", "null"] }
        """;

    private const string List = $$"""
        { "type": "object", "required": ["listed", "configured"], "properties": {
            "listed": { "type": "boolean" }, "configured": { "type": ["string", "null"], "description": "the entry of the configuration" },
            "entry": { "type": "string", "description": "the client, or a subnet around it" },
            "since": { "type": "integer" }, "since_text": { "type": "string" }, "seconds_left": { "type": "integer", "description": "0 is permanent" },
            "earlier_offences": { "type": "integer" }, {{Cause}} } }
        """;

    public const string Text = $$"""
        { "type": "object", "required": ["address", "client", "country", "services", "listed", "decisions"], "properties": {
            "address": { "type": "string" }, "client": { "type": "string" }, "country": { "type": ["string", "null"] }, "listed": { "type": "boolean" },
            "services": { "type": "array", "items": { "type": "object", "required": ["service", "status", "blacklist", "whitelist", "limited", "advice"], "properties": {
              "service": { "type": "string" }, "status": { "enum": ["whitelisted", "blacklisted", "limited", "unlisted"] },
              "blacklist": {{List}}, "whitelist": {{List}},
              "limited": { "type": "array", "items": { "type": "object", "properties": {
                "rule": { "type": "string" }, "level": { "type": "number" }, "rate": { "type": "number" }, "burst": { "type": "integer" },
                "excess": { "type": "string" }, "scope": { "type": "string" }, "seconds_left": { "type": "integer" } } } },
              "behavior": { "type": "object", "required": ["mode", "state", "history"], "description": "what detection remembers of the client; numbers are of the last 5 seconds", "properties": {
                "mode": { "enum": ["Off", "Shadow", "On"] }, "state": { "enum": ["calm", "attack", "origin_ill"] },
                "history": { "enum": ["calm", "visitor", "none", null], "description": "calm: good answers from before; visitor: looks around on the site; null: not remembered" },
                "requests": { "type": "integer" }, "usual_requests": { "type": "integer" }, "origin_milliseconds": { "type": "integer" },
                "errors": { "type": "integer" }, "bytes": { "type": "integer" }, "in_flight": { "type": "integer" }, "error_share": { "type": "number" } } },
              "advice": { "type": "array", "items": { "type": "string" } } } } },
            "decisions": { "type": "array", "items": { "type": "object", "properties": {
              "at": { "type": "integer" }, "at_text": { "type": "string" }, "service": { "type": "string" }, "list": { "enum": ["blacklist", "whitelist", "limited"] },
              "change": { "enum": ["added", "extended", "restored", "removed", "flushed", "retired", "excess"] }, "entry": { "type": ["string", "null"] }, {{Cause}} } } } } }
        """;
}
