using System.Text.Json;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// Reads one JSON configuration file into flat keys. Differs from the JSON provider of .NET in what an operator needs: depth for
/// nested conditions, the line of a mistake, a difference between <c>null</c> and an empty list, and errors instead of exceptions.
/// </summary>
internal static class JsonFile
{
    private const int DeepestNesting = 256;

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = DeepestNesting,
    };

    public static Dictionary<string, string?> Read(string path, ReadOnlyMemory<byte> content, ConfigErrors errors)
    {
        var keys = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        try
        {
            // A byte order mark is what some editors put there; JSON itself has none.
            var json = content.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? content[3..] : content;
            using var document = JsonDocument.Parse(json, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add(path, $"holds a {document.RootElement.ValueKind}; a JSON object {{ ... }} is expected");
                return keys;
            }

            Flatten("", document.RootElement, keys, path, errors);
        }
        catch (JsonException exception)
        {
            var empty = content.Span.Trim(" \t\r\n"u8).IsEmpty;
            errors.Add(path, empty
                ? "is empty; a JSON object { ... } is expected"
                : $"is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: {FirstSentence(exception.Message)}");
        }

        return keys;
    }

    private static void Flatten(string prefix, JsonElement element, Dictionary<string, string?> keys, string path, ConfigErrors errors)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.EnumerateObject().Any():
                foreach (var property in element.EnumerateObject())
                {
                    Flatten(Join(prefix, property.Name), property.Value, keys, path, errors);
                }

                break;
            case JsonValueKind.Array when element.GetArrayLength() > 0:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    Flatten(Join(prefix, index.ToString(System.Globalization.CultureInfo.InvariantCulture)), item, keys, path, errors);
                    index++;
                }

                break;
            default:
                if (prefix.Length > 0 && !keys.TryAdd(prefix, Text(element)))
                {
                    errors.Add(path, $"the key {prefix} stands there twice; once (case does not matter)");
                }

                break;
        }
    }

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}:{name}";

    private static string? Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Object or JsonValueKind.Array => "",
        _ => element.GetRawText(),
    };

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
