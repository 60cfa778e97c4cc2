namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>
/// A condition in negation normal form: negation only at facts, groups of one kind not directly inside each other. <see cref="Literal"/>,
/// <see cref="Group"/> or <see cref="True"/>.
/// </summary>
internal abstract record Formula
{
    /// <summary>Always true.</summary>
    public sealed record True : Formula;

    /// <summary>A fact, by its number in the <see cref="FactTable"/>, or its contrary.</summary>
    public sealed record Literal(int Fact, bool Negated) : Formula;

    /// <summary>All parts, or at least one.</summary>
    public sealed record Group(bool All, IReadOnlyList<Formula> Parts) : Formula;
}
