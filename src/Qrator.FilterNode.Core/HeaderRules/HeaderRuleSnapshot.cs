using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.HeaderRules;

/// <summary>One header rule, compiled. Immutable.</summary>
/// <param name="Property">The header.</param>
/// <param name="Test">How it is tested.</param>
/// <param name="Value">What it is compared with, by ordinal comparison.</param>
/// <param name="Cause">What its entries carry; belongs to the list that the rule names.</param>
/// <param name="Ttl">How long a first entry lasts.</param>
/// <param name="Shadow">Whether a match only counts.</param>
/// <param name="Hits">Counts matches.</param>
public sealed record HeaderRuleSnapshot(
    TextProperty Property, HeaderTest Test, string Value, ListingCause Cause, TimeSpan Ttl, bool Shadow, RuleCounter Hits)
{
    /// <summary>Whether a header value (empty when absent) matches.</summary>
    public bool Matches(ReadOnlySpan<char> value) => Test switch
    {
        HeaderTest.Equals => value.SequenceEqual(Value),
        HeaderTest.Contains => value.Contains(Value, StringComparison.Ordinal),
        _ => value.IsEmpty,
    };
}
