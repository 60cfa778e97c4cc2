using Qrator.FilterNode.Geo;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>The facts about the country that trigger rules, by country. Immutable.</summary>
internal sealed class CountryTriggers
{
    private readonly int[][] _facts = [.. Enumerable.Repeat<int[]>([], CountrySet.Indexes)];

    public CountryTriggers(IEnumerable<(CountryFact Fact, int Number)> facts)
    {
        var pairs = from fact in facts
                    from country in fact.Fact.Countries.Countries
                    group fact.Number by country.Index;
        foreach (var country in pairs)
        {
            _facts[country.Key] = [.. country];
            IsEmpty = false;
        }
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty { get; } = true;

    /// <summary>Adds the rules behind every fact that is true of the country.</summary>
    public void Find(CountryCode country, CompiledConditions conditions, MatchScratch scratch)
    {
        foreach (var fact in _facts[country.Index])
        {
            conditions.AddRulesOf(fact, scratch);
        }
    }
}
