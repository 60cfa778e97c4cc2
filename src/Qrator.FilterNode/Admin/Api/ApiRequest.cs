using System.Text.Json;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>One call as it was sent: <c>{"method", "params", "id"}</c>. Other members, such as <c>jsonrpc</c>, are passed over.</summary>
/// <param name="Method">The name.</param>
/// <param name="Params">The parameters; undefined when absent.</param>
internal readonly record struct ApiRequest(string Method, JsonElement Params)
{
    private const string Example = """{"method": "ping", "params": [], "id": 1}""";

    /// <summary>Reads a call.</summary>
    /// <param name="body">The body as JSON.</param>
    /// <param name="request">The call.</param>
    /// <param name="problem">What is wrong, and what is right.</param>
    public static bool TryRead(JsonElement body, out ApiRequest request, out string problem)
    {
        request = default;
        problem = $"the body is {ApiText.Kind(body)}; an object such as {Example}";
        if (body.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var twice = body.EnumerateObject().GroupBy(member => member.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            problem = $"{ApiText.Shorten(twice.Key)} stands there {twice.Count()} times; once";
            return false;
        }

        if (!body.TryGetProperty("method", out var method))
        {
            problem = $"method is missing; {ApiMethods.Known}";
            return false;
        }

        if (method.ValueKind != JsonValueKind.String || !ApiText.TryRead(method, out var name))
        {
            problem = $"method: {ApiText.Show(method)} is not a name; {ApiMethods.Known}";
            return false;
        }

        request = new(name, body.TryGetProperty("params", out var parameters) ? parameters : default);
        return true;
    }

    /// <summary>The id of a call as JSON, whatever it is; null when it has none.</summary>
    public static string IdOf(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("id", out var id) ? id.GetRawText() : "null";
}
