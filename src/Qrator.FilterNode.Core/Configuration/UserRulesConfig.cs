using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>UserRules</c> of a service.</summary>
public sealed record UserRulesConfig
{
    /// <summary>Whether the rules apply.</summary>
    [Setting("Whether the rules apply.")]
    public bool Enabled { get; init; } = true;

    /// <summary>The rules; each is checked by itself.</summary>
    [Setting("The rules. Each is checked by itself; one match is enough.", MaxItems = 20000, Noun = "rules")]
    public IReadOnlyList<UserRuleConfig> Rules { get; init; } = [];
}
