using System.Globalization;
using System.Text.RegularExpressions;

namespace Qrator.FilterNode.Http1;

/// <summary>What <see cref="MessageScanner"/> promises, written down with regular expressions over the whole text.</summary>
internal static partial class MessageModel
{
    /// <summary>The length of the message at the beginning of the text; null when it is incomplete, -1 when it is not good.</summary>
    public static int? Length(string text)
    {
        // A text that may still become a good message is one that some continuation makes good; so: cut it at the first byte that no
        // good message has there.
        var start = EmptyLines().Match(text).Length;
        var end = text.IndexOf("\r\n\r\n", start, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        var lines = text[start..end].Split("\r\n");
        if (RequestLine().Match(lines[0]) is not { Success: true } first || lines[1..].Any(line => !Header().IsMatch(line)))
        {
            return -1;
        }

        var newer = first.Groups["v"].Value == "1";
        var hosts = ValuesOf(lines, "host");
        var lengths = ValuesOf(lines, "content-length");
        var codings = ValuesOf(lines, "transfer-encoding");
        if (hosts.Count > 1 || (newer && (hosts.Count == 0 || hosts[0].Length == 0)) || lengths.Count + codings.Count > 1
            || (codings.Count == 1 && (!newer || !codings[0].Equals("chunked", StringComparison.OrdinalIgnoreCase)))
            || (lengths.Count == 1 && !Digits().IsMatch(lengths[0])))
        {
            return -1;
        }

        end += 4;
        if (codings.Count == 0)
        {
            end += lengths.Count == 0 ? 0 : int.Parse(lengths[0], CultureInfo.InvariantCulture);
            return end <= text.Length ? end : null;
        }

        return Chunks(text, end);
    }

    private static int? Chunks(string text, int at)
    {
        while (true)
        {
            var feed = text.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (feed < 0)
            {
                return null;
            }

            if (ChunkLine().Match(text[at..feed]) is not { Success: true } line)
            {
                return -1;
            }

            var size = int.Parse(line.Groups["s"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at = feed + 2;
            if (size == 0)
            {
                return Trailers(text, at);
            }

            at += size + 2;
            if (at > text.Length)
            {
                return null;
            }

            if (text[(at - 2)..at] != "\r\n")
            {
                return -1;
            }
        }
    }

    private static int? Trailers(string text, int at)
    {
        while (true)
        {
            var feed = text.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (feed < 0)
            {
                return null;
            }

            if (feed == at)
            {
                return at + 2;
            }

            var line = text[at..feed];
            if (!Header().IsMatch(line) || Forbidden().IsMatch(line))
            {
                return -1;
            }

            at = feed + 2;
        }
    }

    private static List<string> ValuesOf(string[] lines, string name) =>
        [.. lines[1..].Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim(' ', '\t'))];

    [GeneratedRegex(@"\A(\r\n){0,8}")]
    private static partial Regex EmptyLines();

    [GeneratedRegex(@"\A[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^\x00-\x20\x7f]+ HTTP/1\.(?<v>[01])\z")]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\A[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*\z")]
    private static partial Regex Header();

    [GeneratedRegex(@"\A[0-9]+\z")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\A(?<s>[0-9A-Fa-f]{1,8})([ \t;][^\x00-\x08\x0a-\x1f\x7f]*)?\z")]
    private static partial Regex ChunkLine();

    [GeneratedRegex(@"\A(host|content-length|transfer-encoding):", RegexOptions.IgnoreCase)]
    private static partial Regex Forbidden();
}
