using System.Globalization;
using System.Text.Json;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>From JSON to the tree that the binder reads, as deep as the node's own files may be.</summary>
internal static class JsonTree
{
    public static ConfigNode Parse(string path, string json)
    {
        using var document = JsonDocument.Parse(json, new() { MaxDepth = 256, CommentHandling = JsonCommentHandling.Skip });
        return From(path, document.RootElement);
    }

    private static ConfigNode From(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Section(path, element.EnumerateObject().Select(property => From($"{path}:{property.Name}", property.Value))),
        JsonValueKind.Array => Section(path, element.EnumerateArray().Select((item, i) => From(string.Create(CultureInfo.InvariantCulture, $"{path}:{i}"), item))),
        JsonValueKind.Null => new(path, null, []),
        JsonValueKind.String => new(path, element.GetString(), []),
        _ => new(path, element.GetRawText(), []),
    };

    // As in the node's own reader {} and [] are an empty value, which is not null.
    private static ConfigNode Section(string path, IEnumerable<ConfigNode> children)
    {
        var list = children.ToList();
        return new(path, list.Count == 0 ? "" : null, list);
    }
}
