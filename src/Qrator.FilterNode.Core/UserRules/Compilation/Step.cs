namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>One question of a rule's program: ask for a fact, go on at one of two places. A condition is true when it comes to <see cref="Accept"/>.</summary>
/// <param name="Fact">The fact asked for.</param>
/// <param name="IfTrue">The next step when the fact is true.</param>
/// <param name="IfFalse">The next step when it is not.</param>
internal readonly record struct Step(int Fact, int IfTrue, int IfFalse)
{
    /// <summary>The condition is true.</summary>
    public const int Accept = -1;

    /// <summary>The condition is not true.</summary>
    public const int Reject = -2;
}
