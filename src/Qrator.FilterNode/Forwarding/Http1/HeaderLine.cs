using System.Buffers;

namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>The lines of a head or of trailers (RFC 9112, section 5).</summary>
internal static class HeaderLine
{
    private static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // Control characters but for the tab (RFC 9110, section 5.5).
    private static readonly SearchValues<byte> Forbidden =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(c => c != '\t').Select(c => (byte)c), 127]);

    /// <summary>
    /// Takes a line with its line end off the front. A line that goes on in the next (obsolete line folding) becomes one, by spaces in place of the line end
    /// (section 5.2).
    /// </summary>
    /// <returns>Null when no line ends here.</returns>
    public static bool TryTake(ref Span<byte> lines, out Span<byte> line)
    {
        var end = -1;
        while (true)
        {
            var next = lines[(end + 1)..].IndexOf((byte)'\n');
            if (next < 0)
            {
                line = default;
                return false;
            }

            end += 1 + next;
            if (end == 0 || (end == 1 && lines[0] == '\r') || end + 1 == lines.Length || lines[end + 1] is not ((byte)' ' or (byte)'\t'))
            {
                break;
            }

            lines[end] = (byte)' ';
            if (lines[end - 1] == '\r')
            {
                lines[end - 1] = (byte)' ';
            }
        }

        line = lines[..(end > 0 && lines[end - 1] == '\r' ? end - 1 : end)];
        lines = lines[(end + 1)..];
        return true;
    }

    /// <summary>Takes a line apart; false when it is no header.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var colon = line.IndexOf((byte)':');
        name = colon > 0 ? line[..colon] : default;
        value = line[(colon + 1)..].Trim(" \t"u8);
        return colon > 0 && !name.ContainsAnyExcept(Token) && !value.ContainsAny(Forbidden);
    }

    /// <summary>Whether there is a character in it that no text of a head may have.</summary>
    public static bool IsForbidden(ReadOnlySpan<byte> text) => text.ContainsAny(Forbidden);
}
