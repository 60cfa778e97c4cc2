using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules;

/// <summary>Comparisons as operators read them in lists and logs.</summary>
internal static class ComparisonText
{
    /// <summary>Characters of a value that are shown.</summary>
    public const int LongestValue = 128;

    /// <summary>The comparison with the value that was found.</summary>
    /// <param name="comparison">Whether it is true does not matter.</param>
    /// <param name="value">The value; null where it is absent.</param>
    public static string Of(Comparison comparison, string? value)
    {
        var @operator = OperatorText.Of(comparison.Operator);
        var operand = comparison.Operand is { } text ? $" {Operand(comparison.Fact, text)}" : "";
        // With what it is equal to, the value need not be said twice; what is there or not needs no "absent".
        return (comparison.Operator, value) switch
        {
            (ConditionOperator.Equal, not null) when $" {value}" == operand => $"{comparison.Subject} = {value}",
            (ConditionOperator.NotExists, null) => $"{comparison.Subject} {@operator}",
            _ => $"{comparison.Subject} {value ?? "absent"} {@operator}{operand}",
        };
    }

    /// <summary>A time span without trailing zeros.</summary>
    public static string Span(TimeSpan span) =>
        span.Ticks % TimeSpan.TicksPerSecond == 0 ? span.ToString("c") : span.ToString("c").TrimEnd('0');

    private static string Operand(Fact fact, string operand) => fact is TextFact or RegexFact ? $"\"{VisibleText.Of(operand, LongestValue)}\"" : operand;
}
