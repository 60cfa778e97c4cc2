using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>The methods that change and read one list.</summary>
internal static class ListMethods
{
    private const string Address = """{ "type": "string", "examples": ["203.0.113.7", "198.51.100.0/24", "2001:db8::/64"] }""";
    private const string Number = """{ "type": "integer", "minimum": 0 }""";

    /// <summary>The methods of a list.</summary>
    public static IEnumerable<ApiMethod> Of(ListKind kind)
    {
        var list = ListMetrics.Word(kind);
        var addresses = kind == ListKind.Whitelist ? "single addresses" : "addresses and subnets";
        yield return new()
        {
            Name = $"{list}_append",
            Summary = $"Puts {addresses} on the {list}: [[address, seconds (0 is permanent), comment], ...]. All or nothing; an entry never gets shorter, a permanent one stays as it is. Gives the number of entries in the call.",
            Params = $$"""
                { "type": "array", "items": { "type": "array", "minItems": 2, "maxItems": 3, "prefixItems": [
                  {{Address}}, { "type": "integer", "minimum": 0, "maximum": {{ListRules.LongestSeconds}} }, { "type": ["string", "null"], "maxLength": {{ListRules.LongestComment}} } ] } }
                """,
            Example = """[["203.0.113.7", 3600, "abuse ticket 4711"]]""",
            Result = Number,
            Changes = true,
            Run = call => ListChanges.Append(call, kind),
        };
        yield return new()
        {
            Name = $"{list}_remove",
            Summary = $"Takes addresses off the {list}; they start clean. Gives the number that was on it.",
            Params = $$"""{ "type": "array", "items": {{Address}} }""",
            Example = """["203.0.113.7"]""",
            Result = Number,
            Changes = true,
            Run = call => ListChanges.Remove(call, kind),
        };
        yield return new()
        {
            Name = $"{list}_flush",
            Summary = $"Empties the {list}, except for what the configuration puts there. Gives the number that was on it.",
            Params = ApiMethods.None,
            Result = Number,
            Changes = true,
            Run = ApiMethods.WithoutParams(call => ApiAnswer.Of(call.Service.Store.Flush(kind, call.Clock.Now))),
        };
        yield return new()
        {
            Name = $"{list}_get",
            Summary = $"The entries of the {list}, without those of the configuration: [[address, seconds left (0 is permanent), comment], ...]; all, or a page with [\"tuple\", offset, count].",
            Params = $$"""{ "oneOf": [ { "const": "tuple" }, { "type": "null" }, { "type": "array", "maxItems": 3, "prefixItems": [ { "const": "tuple" }, {{Number}}, {{Number}} ] } ] }""",
            Example = """["tuple", 0, 100]""",
            Result = $$"""{ "type": "array", "items": { "type": "array", "minItems": 3, "maxItems": 3, "prefixItems": [ {{Address}}, {{Number}}, { "type": "string" } ] } }""",
            Run = call => ListReading.Get(call, kind),
        };
    }
}
