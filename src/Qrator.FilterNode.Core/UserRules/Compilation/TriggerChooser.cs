using Qrator.FilterNode.Matching;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>
/// Chooses what must be true before it is worth looking at a rule: of a group of which all must be true the part that is true most seldom,
/// of a group of which one must be true all parts.
/// </summary>
internal sealed class TriggerChooser(FactTable facts)
{
    private const int SeldomTrue = 0;
    private const int SometimesTrue = 1;
    private const int OftenTrue = 2;

    /// <summary>The trigger, or null when the formula can be true without any fact that an index finds.</summary>
    public Trigger? Choose(Formula formula) => formula switch
    {
        Formula.Literal { Negated: false } literal => Of(literal.Fact),
        Formula.Group { All: true } group => Best(group),
        Formula.Group { All: false } group => Union(group),
        _ => null,
    };

    private Trigger? Of(int fact) => facts.Facts[fact] switch
    {
        TextFact text => new([fact], text.Pattern.Length > 0 || text.Test == TextTest.Equal ? SeldomTrue : OftenTrue, facts.UsesOf(fact)),
        RegexFact => facts.RequiredOf(fact) is { Length: > 0 } required ? new(required, SeldomTrue, required.Sum(text => (long)facts.UsesOf(text))) : null,
        NumberFact number => new([fact], number.Min == number.Max ? SometimesTrue : OftenTrue, facts.UsesOf(fact)),
        CountryFact => new([fact], SometimesTrue, facts.UsesOf(fact)),
        _ => new([fact], OftenTrue, facts.UsesOf(fact)),
    };

    private Trigger? Best(Formula.Group group)
    {
        Trigger? best = null;
        foreach (var part in group.Parts)
        {
            if (Choose(part) is { } trigger && (best is null || trigger.IsBetterThan(best)))
            {
                best = trigger;
            }
        }

        return best;
    }

    private Trigger? Union(Formula.Group group)
    {
        var union = new List<int>();
        var rank = SeldomTrue;
        var uses = 0L;
        foreach (var part in group.Parts)
        {
            if (Choose(part) is not { } trigger)
            {
                return null;
            }

            union.AddRange(trigger.Facts);
            rank = Math.Max(rank, trigger.Rank);
            uses += trigger.Uses;
        }

        return new([.. union.Distinct()], rank, uses);
    }
}
