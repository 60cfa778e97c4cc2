using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>An operator as the configuration spells it; the case of words does not matter.</summary>
/// <param name="Operator">The operator.</param>
public sealed record OperatorText(ConditionOperator Operator) : IConfigText<OperatorText>
{
    private static readonly string[] Spellings =
        ["=", "!=", "contains", "notContains", "startsWith", "endsWith", "matches", "exists", "notExists", ">", ">=", "<", "<=", "in", "notIn"];

    /// <summary>All spellings, in the order of <see cref="ConditionOperator"/>.</summary>
    public static IReadOnlyList<string> All { get; } = Array.AsReadOnly(Spellings);

    /// <inheritdoc/>
    public static bool TryParse(string text, out OperatorText value, out string problem)
    {
        var place = Array.FindIndex(Spellings, spelling => spelling.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = new((ConditionOperator)Math.Max(0, place));
        problem = $"\"{text}\" is not an operator; {string.Join(' ', Spellings)}";
        return place >= 0;
    }

    /// <summary>The spelling of an operator.</summary>
    public static string Of(ConditionOperator @operator) => Spellings[(int)@operator];

    /// <summary>The spelling.</summary>
    public override string ToString() => Of(Operator);
}
