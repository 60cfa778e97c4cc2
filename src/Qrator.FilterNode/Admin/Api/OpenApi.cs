using System.Text.Json;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>The description of the admin listener in OpenAPI 3.1, made from the table of methods, so that it cannot name other methods than there are.</summary>
internal static class OpenApi
{
    private const string TokenScheme = "token";

    /// <summary>The document as JSON.</summary>
    public static string Text { get; } = Create().ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    private static JsonObject Create() => new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject
        {
            ["title"] = "Qrator.FilterNode admin API",
            ["version"] = NodeMetrics.Version,
            ["description"] = "One JSON call a request. The answer is 200 also when the call is wrong: then error is a sentence, result is null, and nothing was done.",
        },
        ["security"] = new JsonArray(new JsonObject { [TokenScheme] = new JsonArray() }),
        ["paths"] = new JsonObject
        {
            ["/request/service/{service}"] = Calls("call"),
            ["/request/domain/{service}"] = Calls("callByDomain"),
            ["/openapi.json"] = Reading("This description.", "application/json", needsToken: true),
            ["/metrics"] = Reading("The metrics in Prometheus text format 0.0.4.", "text/plain", needsToken: false),
            ["/healthz"] = Reading("Whether the process runs.", "text/plain", needsToken: false),
            ["/readyz"] = Reading("Whether the node takes traffic: 200, or 503.", "text/plain", needsToken: false),
        },
        ["components"] = new JsonObject
        {
            ["securitySchemes"] = new JsonObject { [TokenScheme] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = AdminApp.AuthHeader } },
            ["schemas"] = new JsonObject(ApiMethods.All.SelectMany(Schemas)),
        },
    };

    private static JsonObject Calls(string id) => new()
    {
        ["parameters"] = new JsonArray(new JsonObject
        {
            ["name"] = "service",
            ["in"] = "path",
            ["required"] = true,
            ["description"] = "The name of the service in the configuration, in any case.",
            ["schema"] = new JsonObject { ["type"] = "string" },
        }),
        ["post"] = new JsonObject
        {
            ["operationId"] = id,
            ["summary"] = "Calls a method for a service.",
            ["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Content(
                    new JsonObject { ["oneOf"] = new JsonArray([.. ApiMethods.All.Select(method => Reference($"{method.Name}_call"))]) },
                    new JsonObject(ApiMethods.All.Select(method => KeyValuePair.Create(method.Name, (JsonNode?)ExampleOf(method))))),
            },
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject
                {
                    ["description"] = "The answer, also when the call is wrong.",
                    ["content"] = Content(new JsonObject { ["anyOf"] = new JsonArray([.. ApiMethods.All.Select(method => Reference($"{method.Name}_answer"))]) }),
                },
                ["401"] = new JsonObject { ["description"] = "The token is missing or wrong." },
                ["405"] = new JsonObject { ["description"] = "Not a POST." },
            },
        },
    };

    private static JsonObject Reading(string summary, string type, bool needsToken)
    {
        var get = new JsonObject
        {
            ["summary"] = summary,
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = summary, ["content"] = new JsonObject { [type] = new JsonObject() } },
            },
        };
        if (!needsToken)
        {
            get["security"] = new JsonArray();
        }

        return new() { ["get"] = get };
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Schemas(ApiMethod method)
    {
        yield return new($"{method.Name}_call", new JsonObject
        {
            ["type"] = "object",
            ["description"] = method.Summary,
            ["required"] = new JsonArray("method"),
            ["properties"] = new JsonObject
            {
                ["method"] = new JsonObject { ["const"] = method.Name },
                ["params"] = method.ParamsSchema,
                ["id"] = new JsonObject { ["description"] = "Comes back as it is." },
            },
        });
        yield return new($"{method.Name}_answer", new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("result", "error", "id"),
            ["properties"] = new JsonObject
            {
                ["result"] = new JsonObject { ["anyOf"] = new JsonArray(method.ResultSchema, new JsonObject { ["type"] = "null" }) },
                ["error"] = new JsonObject { ["type"] = new JsonArray("string", "null") },
                ["id"] = new JsonObject(),
            },
        });
    }

    private static JsonObject ExampleOf(ApiMethod method) => new()
    {
        ["summary"] = method.Summary,
        ["value"] = new JsonObject { ["method"] = method.Name, ["params"] = JsonNode.Parse(method.Example), ["id"] = 1 },
    };

    private static JsonObject Content(JsonNode schema, JsonObject? examples = null)
    {
        var media = new JsonObject { ["schema"] = schema };
        if (examples is not null)
        {
            media["examples"] = examples;
        }

        return new() { ["application/json"] = media };
    }

    private static JsonObject Reference(string schema) => new() { ["$ref"] = $"#/components/schemas/{schema}" };
}
