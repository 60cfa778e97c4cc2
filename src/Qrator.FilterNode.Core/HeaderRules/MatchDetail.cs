using System.Text;
using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.HeaderRules;

/// <summary>The sentence that says which value matched.</summary>
internal static class MatchDetail
{
    private const int LongestValue = 200;

    public static string Of(HeaderRuleSnapshot rule, ReadOnlySpan<char> value)
    {
        var header = rule.Property == TextProperty.UserAgent ? "User-Agent" : "Referer";
        return rule.Test == HeaderTest.IsEmpty ? $"{header} is empty" : $"{header} is \"{Visible(value)}\"";
    }

    // What a stranger sent must not be able to break a log line or a terminal.
    private static string Visible(ReadOnlySpan<char> value)
    {
        var text = new StringBuilder();
        foreach (var c in value[..Math.Min(value.Length, LongestValue)])
        {
            if (c is >= ' ' and < '\u007f' and not '"' and not '\\')
            {
                text.Append(c);
            }
            else
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
        }

        return value.Length > LongestValue ? text.Append("...").ToString() : text.ToString();
    }
}
