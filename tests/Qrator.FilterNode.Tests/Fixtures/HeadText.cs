namespace Qrator.FilterNode.Fixtures;

/// <summary>
/// Compares heads of messages without regard to the order of their headers, and to what RFC 9110 gives no meaning: the case of names (section 5.1), and
/// spaces and tabs around values (section 5.5).
/// </summary>
internal static class HeadText
{
    private const int Most = 3_000;

    /// <summary>The lines of a head ordered by the names of the headers; those of one name stay in their order.</summary>
    /// <param name="head">The head.</param>
    /// <param name="value">What to take for the value of a header.</param>
    public static string Sorted(string head, Func<string, string, string> value)
    {
        var lines = head.Split("\r\n");
        var headers = lines.Skip(1)
            .Select(line => line.Split(':', 2) is [var name, var text] ? (Name: name.ToLowerInvariant(), Value: value(name, text.Trim(' ', '\t'))) : (Name: "", Value: line))
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .Select(header => $"{header.Name}: {header.Value}");
        return string.Join('\n', [lines[0], .. headers]) + "\n";
    }

    /// <summary>The lines in which two texts differ first.</summary>
    public static string Difference(string one, string other)
    {
        var (first, second) = (one.Split('\n'), other.Split('\n'));
        var at = Enumerable.Range(0, Math.Min(first.Length, second.Length)).FirstOrDefault(line => first[line] != second[line], Math.Min(first.Length, second.Length));
        return $"plain: {Shown(first.ElementAtOrDefault(at) ?? "(nothing)")}\nother: {Shown(second.ElementAtOrDefault(at) ?? "(nothing)")}";
    }

    /// <summary>Makes text that a test prints readable.</summary>
    public static string Shown(string text) => (text.Length > Most ? text[..Most] + $"... ({text.Length} characters)" : text).Replace("\r", "\\r", StringComparison.Ordinal);

}
