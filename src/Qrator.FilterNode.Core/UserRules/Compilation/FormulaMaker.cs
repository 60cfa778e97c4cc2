using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>Turns conditions into formulas by the laws of De Morgan.</summary>
/// <param name="facts">Where facts get their numbers.</param>
/// <param name="requestPart">
/// Whether to make the request part: what is about the response could still become true, so it counts as true, negated or not. The request
/// part is therefore true of every request whose response may yet match, and false only where none can.
/// </param>
internal sealed class FormulaMaker(FactTable facts, bool requestPart)
{
    public Formula Make(Condition condition) => Make(condition, negated: false);

    private Formula Make(Condition condition, bool negated) => condition switch
    {
        Negation negation => Make(negation.Part, !negated),
        AllOf group => Group(group.Parts, all: !negated, negated),
        AnyOf group => Group(group.Parts, all: negated, negated),
        Comparison comparison => Literal(comparison, negated),
        _ => throw new InvalidOperationException($"{condition.GetType()} is no condition that the compiler knows"),
    };

    private Formula Literal(Comparison comparison, bool negated) =>
        requestPart && comparison.NeedsResponse ? new Formula.True() : facts.Literal(comparison.Fact, comparison.Negated != negated);

    private Formula Group(IReadOnlyList<Condition> conditions, bool all, bool negated)
    {
        var parts = new List<Formula>(conditions.Count);
        foreach (var condition in conditions)
        {
            var part = Make(condition, negated);
            if (part is Formula.True && !all)
            {
                return part;
            }

            if (part is Formula.Group inner && inner.All == all)
            {
                parts.AddRange(inner.Parts);
            }
            else if (part is not Formula.True)
            {
                parts.Add(part);
            }
        }

        return parts.Count switch
        {
            0 => new Formula.True(),
            1 => parts[0],
            _ => new Formula.Group(all, parts),
        };
    }
}
