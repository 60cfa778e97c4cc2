using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>HeaderFilter</c> of a service.</summary>
public sealed record HeaderFilterConfig
{
    /// <summary>Whether the rules apply.</summary>
    [Setting("Whether the rules apply.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Whether the rules only count.</summary>
    [Setting("Count and record what the rules would do, and do nothing.")]
    public bool Shadow { get; init; }

    /// <summary>The rules; each is checked by itself.</summary>
    [Setting("The rules. Each is checked by itself; one match is enough.", MaxItems = 10_000, Noun = "rules")]
    public IReadOnlyList<HeaderRuleConfig> Rules { get; init; } = [];
}
