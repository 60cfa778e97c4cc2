using System.Text.Json;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>From JSON text to the tree that Core reads, as the host makes it: null has no value, <c>{}</c> and <c>[]</c> have an empty one.</summary>
internal static class JsonConfig
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 256,
    };

    /// <summary>The whole text as one node.</summary>
    /// <param name="json">JSON with comments and trailing commas allowed.</param>
    /// <param name="path">The path of the node.</param>
    public static ConfigNode Read(string json, string path)
    {
        using var document = JsonDocument.Parse(json, Options);
        return NodeOf(path, document.RootElement);
    }

    /// <summary>The section <c>FilterNode</c> of a whole configuration file.</summary>
    public static ConfigNode Read(string json)
    {
        using var document = JsonDocument.Parse(json, Options);
        return document.RootElement.TryGetProperty(ConfigValidator.Root, out var root)
            ? NodeOf(ConfigValidator.Root, root)
            : new(ConfigValidator.Root, null, []);
    }

    private static ConfigNode NodeOf(string path, JsonElement element)
    {
        List<ConfigNode> children = element.ValueKind switch
        {
            JsonValueKind.Object => [.. element.EnumerateObject().Select(property => NodeOf($"{path}:{property.Name}", property.Value))],
            JsonValueKind.Array => [.. element.EnumerateArray().Select((item, index) => NodeOf($"{path}:{index}", item))],
            _ => [],
        };
        return new(path, ValueOf(element, children.Count), children);
    }

    private static string? ValueOf(JsonElement element, int children) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Object or JsonValueKind.Array => children == 0 ? "" : null,
        _ => element.GetRawText(),
    };
}
