using Qrator.FilterNode.Matching;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>Numbers the facts of all rules, equal ones once.</summary>
internal sealed class FactTable
{
    // Fewer are in too many requests to tell anything.
    private const int TellingLetters = 3;

    private readonly Dictionary<Fact, int> _numbers = [];
    private readonly List<Fact> _facts = [];
    private readonly List<int> _uses = [];
    private readonly Dictionary<int, int[]> _required = [];

    public IReadOnlyList<Fact> Facts => _facts;

    /// <summary>How many times conditions name the fact.</summary>
    public int UsesOf(int fact) => _uses[fact];

    /// <summary>For a regular expression the facts of which at least one is true when it matches; empty where none are known, and for other facts.</summary>
    public int[] RequiredOf(int fact) => _required.GetValueOrDefault(fact, []);

    /// <summary>The number of the fact, counting one more use of it.</summary>
    public int Use(Fact fact)
    {
        if (!_numbers.TryGetValue(fact, out var number))
        {
            number = _facts.Count;
            _numbers.Add(fact, number);
            _facts.Add(fact);
            _uses.Add(0);
        }

        _uses[number]++;
        return number;
    }

    /// <summary>
    /// Gives regular expressions the texts that they require. Of the groups that each could have, the one whose texts the fewest other expressions
    /// could have: a text that all have, such as <c>Mozilla/5.0</c>, is in all requests as well; but one or two letters are in most. To be called once, after the last condition.
    /// </summary>
    public void RequireTexts()
    {
        var expressions = _facts.Index().Where(fact => fact.Item is RegexFact).Select(fact => (fact.Index, Fact: (RegexFact)fact.Item)).ToList();
        var uses = expressions.SelectMany(regex => regex.Fact.Expression.RequiredTexts.SelectMany(group => group)).CountBy(text => text).ToDictionary();
        foreach (var (number, regex) in expressions)
        {
            var group = regex.Expression.RequiredTexts
                .OrderBy(texts => texts.Min(text => text.Length) < TellingLetters)
                .ThenBy(texts => texts.Sum(text => uses[text]))
                .ThenByDescending(texts => texts.Min(text => text.Length))
                .FirstOrDefault();
            if (group is not null)
            {
                _required.Add(number, [.. group.Select(text => Use(new TextFact(regex.Field, TextTest.Contains, text, regex.Expression.IgnoresCase)))]);
            }
        }
    }

    /// <summary>
    /// The literal for a fact. The contrary of presence becomes absence, which an index can find.
    /// </summary>
    public Formula.Literal Literal(Fact fact, bool negated) => fact is PresenceFact presence && negated
        ? new(Use(presence with { Present = !presence.Present }), Negated: false)
        : new(Use(fact), negated);
}
