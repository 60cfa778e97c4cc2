namespace Qrator.FilterNode.UserRules.Conditions;

/// <summary>How a condition compares. <see cref="OperatorText"/> has their spelling.</summary>
public enum ConditionOperator
{
    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>!=</c>; true where the value is absent.</summary>
    NotEqual,

    /// <summary><c>contains</c></summary>
    Contains,

    /// <summary><c>notContains</c>; true where the value is absent.</summary>
    NotContains,

    /// <summary><c>startsWith</c></summary>
    StartsWith,

    /// <summary><c>endsWith</c></summary>
    EndsWith,

    /// <summary><c>matches</c>: a regular expression somewhere in the value.</summary>
    Matches,

    /// <summary><c>exists</c>; true also where the value is empty.</summary>
    Exists,

    /// <summary><c>notExists</c></summary>
    NotExists,

    /// <summary><c>></c></summary>
    Greater,

    /// <summary><c>>=</c></summary>
    GreaterOrEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>in</c>; false where the country is not known.</summary>
    In,

    /// <summary><c>notIn</c>; true where the country is not known.</summary>
    NotIn,
}
