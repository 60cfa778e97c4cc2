using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.HeaderRules;

/// <summary>The sentence that says which value matched.</summary>
internal static class MatchDetail
{
    private const int LongestValue = 200;

    public static string Of(HeaderRuleSnapshot rule, ReadOnlySpan<char> value)
    {
        var header = rule.Property == TextProperty.UserAgent ? "User-Agent" : "Referer";
        return rule.Test == HeaderTest.IsEmpty ? $"{header} is empty" : $"{header} is \"{VisibleText.Of(value, LongestValue)}\"";
    }
}
