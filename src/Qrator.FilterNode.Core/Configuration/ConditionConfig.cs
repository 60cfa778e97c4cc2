using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// One node of a condition: a group (one of <see cref="And"/>, <see cref="Or"/> and <see cref="Not"/>) or a test of one property.
/// </summary>
public sealed record ConditionConfig
{
    /// <summary>True when all are.</summary>
    [Setting("A group that is true when all its conditions are.")]
    public IReadOnlyList<ConditionConfig>? And { get; init; }

    /// <summary>True when one is.</summary>
    [Setting("A group that is true when at least one of its conditions is.")]
    public IReadOnlyList<ConditionConfig>? Or { get; init; }

    /// <summary>True when it is not.</summary>
    [Setting("True when this condition is not.")]
    public ConditionConfig? Not { get; init; }

    /// <summary>What is looked at.</summary>
    [Setting("What is looked at.")]
    public ConditionProperty? Property { get; init; }

    /// <summary>Which header or cookie.</summary>
    [Setting("The name of the header (case does not matter) or the cookie (case matters). For ResponseHeader: Location or Content-Type.")]
    public string? Name { get; init; }

    /// <summary>How it is compared.</summary>
    [Setting("How it is compared: = != contains notContains startsWith endsWith matches exists notExists > >= < <= in notIn. Which of them fit depends on the property.")]
    public OperatorText? Operator { get; init; }

    /// <summary>What it is compared with.</summary>
    [Setting("What it is compared with: a text, a regular expression for matches, a number for ContentLength and Status, a time span for Duration. Case matters, except for Method and Host.", TakesNumbers = true)]
    public string? Value { get; init; }

    /// <summary>The countries of a Geo test.</summary>
    [Setting("The countries for Geo, in ISO 3166-1 alpha-2, such as [\"DE\", \"FR\"].")]
    public IReadOnlyList<string>? Values { get; init; }
}
