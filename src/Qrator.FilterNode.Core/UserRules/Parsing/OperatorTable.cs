using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Parsing;

/// <summary>Which operators fit which property.</summary>
internal static class OperatorTable
{
    private static readonly ConditionOperator[] Text =
    [
        ConditionOperator.Equal, ConditionOperator.NotEqual, ConditionOperator.Contains, ConditionOperator.NotContains,
        ConditionOperator.StartsWith, ConditionOperator.EndsWith, ConditionOperator.Matches,
    ];

    private static readonly ConditionOperator[] Number =
    [
        ConditionOperator.Equal, ConditionOperator.NotEqual, ConditionOperator.Greater, ConditionOperator.GreaterOrEqual,
        ConditionOperator.Less, ConditionOperator.LessOrEqual,
    ];

    private static readonly ConditionOperator[] Presence = [ConditionOperator.Exists, ConditionOperator.NotExists];
    private static readonly ConditionOperator[] TextThatMayBeAbsent = [.. Text, .. Presence];
    private static readonly ConditionOperator[] NumberThatMayBeAbsent = [.. Number, .. Presence];
    private static readonly ConditionOperator[] Country = [ConditionOperator.In, ConditionOperator.NotIn];

    public static IReadOnlyList<ConditionOperator> For(ConditionProperty property) => property switch
    {
        ConditionProperty.Method or ConditionProperty.Path or ConditionProperty.Query or ConditionProperty.RequestUri or ConditionProperty.Host => Text,
        ConditionProperty.ContentLength => NumberThatMayBeAbsent,
        ConditionProperty.Status or ConditionProperty.Duration => Number,
        ConditionProperty.Geo => Country,
        _ => TextThatMayBeAbsent,
    };

    public static string Words(ConditionProperty property) => string.Join(' ', For(property).Select(OperatorText.Of));
}
