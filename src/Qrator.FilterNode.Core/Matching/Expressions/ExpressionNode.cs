namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>A part of a regular expression, as far as it decides whether a text matches. Immutable.</summary>
internal abstract record ExpressionNode
{
    /// <summary>One letter of a set.</summary>
    /// <param name="Set">The set.</param>
    /// <param name="Only">The one letter (or one letter in both cases) that the set is made of, in upper case where case is ignored; null otherwise.</param>
    public sealed record Letter(LetterSet Set, char? Only) : ExpressionNode;

    /// <summary>A place in the text.</summary>
    public sealed record Place(PlaceKind Kind) : ExpressionNode;

    /// <summary>One part after the other; nothing when there are none.</summary>
    public sealed record Sequence(IReadOnlyList<ExpressionNode> Parts) : ExpressionNode;

    /// <summary>One of the parts.</summary>
    public sealed record Choice(IReadOnlyList<ExpressionNode> Parts) : ExpressionNode;

    /// <summary>A part several times.</summary>
    /// <param name="Part">The part.</param>
    /// <param name="Min">How often at least.</param>
    /// <param name="Max">How often at most; null for any number.</param>
    public sealed record Repeat(ExpressionNode Part, int Min, int? Max) : ExpressionNode;
}
