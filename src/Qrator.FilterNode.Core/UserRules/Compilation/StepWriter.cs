namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>Writes formulas as steps, so that deciding needs neither recursion nor more questions than necessary.</summary>
/// <param name="costOf">How much work it is to find out whether a fact is true; what is cheap is asked first.</param>
internal sealed class StepWriter(Func<int, int> costOf)
{
    private readonly List<Step> _steps = [];

    public Step[] Steps => [.. _steps];

    /// <summary>Adds a formula's steps.</summary>
    /// <returns>The first of them.</returns>
    public int Write(Formula formula) => Write(formula, Step.Accept, Step.Reject);

    // Written from the last part to the first, so that where each goes on is known.
    private int Write(Formula formula, int ifTrue, int ifFalse)
    {
        switch (formula)
        {
            case Formula.Literal literal:
                _steps.Add(literal.Negated ? new(literal.Fact, ifFalse, ifTrue) : new(literal.Fact, ifTrue, ifFalse));
                return _steps.Count - 1;
            case Formula.Group group:
                var next = group.All ? ifTrue : ifFalse;
                foreach (var part in group.Parts.OrderBy(CostOf).Reverse())
                {
                    next = group.All ? Write(part, next, ifFalse) : Write(part, ifTrue, next);
                }

                return next;
            default:
                return ifTrue;
        }
    }

    private long CostOf(Formula formula) => formula switch
    {
        Formula.Literal literal => costOf(literal.Fact),
        Formula.Group group => group.Parts.Sum(CostOf),
        _ => 0,
    };
}
