using System.Buffers;
using System.Text.Json;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>Reads single parameters, each with a sentence that says what is wrong and what is right.</summary>
internal static class ApiText
{
    private const int LongestShown = 64;

    private static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 256).Select(code => (char)code).Where(char.IsControl)]);

    /// <summary>A client, or a subnet.</summary>
    public static bool TryAddress(JsonElement element, out NetworkPrefix address, out string problem)
    {
        if (element.ValueKind == JsonValueKind.String && TryRead(element, out var text) && text.Length <= LongestShown)
        {
            var ok = NetworkPrefix.TryParse(text, out var prefix, out problem);
            address = prefix!;
            return ok;
        }

        address = null!;
        problem = $"{Show(element)} is not an address or subnet; such as \"198.51.100.7\", \"198.51.100.0/24\" or \"2001:db8::/32\"";
        return false;
    }

    /// <summary>A time to live in seconds; 0 is for ever.</summary>
    public static bool TrySeconds(JsonElement element, out int seconds, out string problem)
    {
        seconds = 0;
        var ok = element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out seconds) && seconds is >= 0 and <= ListRules.LongestSeconds;
        problem = ok ? "" : $"{Show(element)} is not a number of seconds; 0 (permanent) to {ListRules.LongestSeconds}";
        return ok;
    }

    /// <summary>A comment; null is none.</summary>
    public static bool TryComment(JsonElement element, out string comment, out string problem)
    {
        (comment, problem) = ("", "");
        if (element.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (element.ValueKind != JsonValueKind.String || !TryRead(element, out comment) || comment.AsSpan().IndexOfAny(Controls) >= 0)
        {
            problem = $"{Show(element)} is not a comment; printable text of at most {ListRules.LongestComment} characters, or null";
            return false;
        }

        var ok = comment.Length <= ListRules.LongestComment;
        problem = ok ? "" : $"a comment of {comment.Length} characters; at most {ListRules.LongestComment}";
        return ok;
    }

    /// <summary>A number of entries: 0 or more.</summary>
    public static bool TryCount(JsonElement element, out int count, out string problem)
    {
        count = 0;
        var ok = element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out count) && count >= 0;
        problem = ok ? "" : $"{Show(element)} is not a number of entries; 0 to {int.MaxValue}";
        return ok;
    }

    /// <summary>A string; false when it is not Unicode (half of a surrogate pair, say).</summary>
    public static bool TryRead(JsonElement element, out string text)
    {
        try
        {
            text = element.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>The one member of an object, if it has this name.</summary>
    public static bool TryOnlyMember(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Count() == 1 && element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            // A name that is not Unicode.
            return false;
        }
    }

    /// <summary>A value as it was sent, for a sentence about it.</summary>
    public static string Show(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Undefined ? Kind(element) : Shorten(element.GetRawText());

    /// <summary>The kind of a value, for a sentence about it.</summary>
    public static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Null => "null",
        _ => "missing",
    };

    /// <summary>The beginning of a text from outside, fit for a sentence.</summary>
    public static string Shorten(string text) => text.Length > LongestShown ? $"{Visible(text[..LongestShown])}..." : Visible(text);

    // Quotes are shown as they are: a sentence is no log line of the lists.
    private static string Visible(string text) => string.Join('"', text.Split('"').Select(part => VisibleText.Of(part, part.Length)));
}
