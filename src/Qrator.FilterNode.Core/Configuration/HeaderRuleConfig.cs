using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.HeaderRules;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Configuration;

/// <summary>One rule of <c>HeaderFilter</c>.</summary>
public sealed record HeaderRuleConfig
{
    /// <summary>The name of the rule.</summary>
    [Setting("The name of the rule in metrics, log and lists: 1 to 64 letters, digits, dots, hyphens and underscores; unique in the filter.", Required = true, Remedy = "a name for the rule, such as \"bad-agent\"")]
    public string Id { get; init; } = "";

    /// <summary>The header that is looked at: User-Agent or Referer.</summary>
    [Setting("User-Agent or Referer.", Required = true, Remedy = "User-Agent or Referer")]
    public RuleHeader Header { get; init; } = new(default);

    /// <summary>How the header is tested.</summary>
    [Setting("Equals (the exact value), Contains, or IsEmpty (absent or empty).", Required = true, Remedy = "Equals, Contains or IsEmpty")]
    public HeaderTest Test { get; init; }

    /// <summary>What the header is compared with.</summary>
    [Setting("The text for Equals and Contains; case matters.")]
    public string? Value { get; init; }

    /// <summary>The list a match puts the client on.</summary>
    [Setting("The list that a match puts the client on.", Required = true, Remedy = "Blacklist or Whitelist")]
    public ListKind List { get; init; }

    /// <summary>How long the entry lasts.</summary>
    [Setting("How long the client stays on the list. A client that offends again within 24 hours stays on the blacklist twice as long, up to 8 hours.", Min = "00:05:00", Max = "08:00:00")]
    public TimeSpan Ttl { get; init; } = TimeSpan.FromMinutes(30);
}
