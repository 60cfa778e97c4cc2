using Qrator.FilterNode.Matching;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>Numbers the facts of all rules, equal ones once.</summary>
internal sealed class FactTable
{
    private readonly Dictionary<Fact, int> _numbers = [];
    private readonly List<Fact> _facts = [];
    private readonly List<int> _uses = [];
    private readonly Dictionary<int, int> _required = [];

    public IReadOnlyList<Fact> Facts => _facts;

    /// <summary>How many times conditions name the fact.</summary>
    public int UsesOf(int fact) => _uses[fact];

    /// <summary>For a regular expression the fact without which it cannot match, or -1 where none is known.</summary>
    public int RequiredOf(int fact) => _required.GetValueOrDefault(fact, -1);

    /// <summary>The number of the fact, counting one more use of it.</summary>
    public int Use(Fact fact)
    {
        if (!_numbers.TryGetValue(fact, out var number))
        {
            number = _facts.Count;
            _numbers.Add(fact, number);
            _facts.Add(fact);
            _uses.Add(0);
            if (fact is RegexFact regex && RequiredLiteral.Of(regex.Regex) is { } literal)
            {
                _required.Add(number, Use(new TextFact(regex.Field, TextTest.Contains, literal)));
            }
        }

        _uses[number]++;
        return number;
    }

    /// <summary>
    /// The literal for a fact. The contrary of presence becomes absence, which an index can find.
    /// </summary>
    public Formula.Literal Literal(Fact fact, bool negated) => fact is PresenceFact presence && negated
        ? new(Use(presence with { Present = !presence.Present }), Negated: false)
        : new(Use(fact), negated);
}
