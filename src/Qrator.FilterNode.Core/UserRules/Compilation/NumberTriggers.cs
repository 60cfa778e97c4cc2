using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>The facts about one number that trigger rules, sorted so that only those that are true are looked at. Immutable.</summary>
internal sealed class NumberTriggers
{
    private readonly long[] _lowest;
    private readonly int[] _lowestFacts;
    private readonly long[] _highest;
    private readonly int[] _highestFacts;
    private readonly long[] _exact;
    private readonly int[] _exactFacts;

    /// <param name="facts">Facts about one property with their numbers. Each is one value, open above, open below, or never true.</param>
    public NumberTriggers(IEnumerable<(NumberFact Fact, int Number)> facts)
    {
        var all = facts.Where(fact => fact.Fact.Min <= fact.Fact.Max).ToList();
        var exact = all.Where(fact => fact.Fact.Min == fact.Fact.Max).OrderBy(fact => fact.Fact.Min).ToList();
        var lowest = all.Where(fact => fact.Fact.Min < fact.Fact.Max && fact.Fact.Max == long.MaxValue).OrderBy(fact => fact.Fact.Min).ToList();
        var highest = all.Where(fact => fact.Fact.Min == long.MinValue && fact.Fact.Max < long.MaxValue).OrderByDescending(fact => fact.Fact.Max).ToList();
        (_exact, _exactFacts) = ([.. exact.Select(fact => fact.Fact.Min)], [.. exact.Select(fact => fact.Number)]);
        (_lowest, _lowestFacts) = ([.. lowest.Select(fact => fact.Fact.Min)], [.. lowest.Select(fact => fact.Number)]);
        (_highest, _highestFacts) = ([.. highest.Select(fact => fact.Fact.Max)], [.. highest.Select(fact => fact.Number)]);
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _lowest.Length + _highest.Length + _exact.Length == 0;

    /// <summary>Adds the rules behind every fact that is true of the number.</summary>
    public void Find(long value, CompiledConditions conditions, MatchScratch scratch)
    {
        for (var i = 0; i < _lowest.Length && _lowest[i] <= value; i++)
        {
            conditions.AddRulesOf(_lowestFacts[i], scratch);
        }

        for (var i = 0; i < _highest.Length && _highest[i] >= value; i++)
        {
            conditions.AddRulesOf(_highestFacts[i], scratch);
        }

        var exact = Array.BinarySearch(_exact, value);
        if (exact >= 0)
        {
            conditions.AddRulesOf(_exactFacts[exact], scratch);
        }
    }
}
