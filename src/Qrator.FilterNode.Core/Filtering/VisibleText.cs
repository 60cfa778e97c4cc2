using System.Globalization;
using System.Text;

namespace Qrator.FilterNode.Filtering;

/// <summary>Text from strangers, made fit for logs, lists and terminals.</summary>
public static class VisibleText
{
    private const string Ending = "...";

    /// <summary>
    /// The text with everything but printable ASCII, quotes and backslashes as <c>\u</c> and four hex digits; three dots stand for what is over
    /// the length.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="longest">Characters of the text that are taken, 1 or more.</param>
    public static string Of(ReadOnlySpan<char> text, int longest)
    {
        var visible = new StringBuilder();
        foreach (var letter in text[..Math.Min(text.Length, longest)])
        {
            var isPlain = letter is >= ' ' and <= '~' and not ('"' or '\\');
            _ = isPlain ? visible.Append(letter) : visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
        }

        return text.Length > longest ? visible.Append(Ending).ToString() : visible.ToString();
    }
}
