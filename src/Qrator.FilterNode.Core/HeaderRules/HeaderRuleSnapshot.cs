using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Matching;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.UserRules.Conditions;

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
    /// <summary>The rule as a condition, so that it goes through the same indexes as user rules.</summary>
    internal Condition Condition
    {
        get
        {
            var header = new TextField(Property, null);
            return Test switch
            {
                HeaderTest.Equals => Is(new TextFact(header, TextTest.Equal, Value, IgnoresCase: false), ConditionOperator.Equal),
                HeaderTest.Contains => Is(new TextFact(header, TextTest.Contains, Value, IgnoresCase: false), ConditionOperator.Contains),
                _ => new AnyOf([Is(new PresenceFact(header, Present: true), ConditionOperator.NotExists), Is(new TextFact(header, TextTest.Equal, "", IgnoresCase: false), ConditionOperator.Equal)]),
            };
        }
    }

    private Comparison Is(Fact fact, ConditionOperator @operator) =>
        new(fact, Negated: @operator == ConditionOperator.NotExists, Property.ToString(), @operator, Value);
}
