namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>The places in a text that an expression can ask for.</summary>
internal enum PlaceKind
{
    /// <summary><c>^</c> and <c>\A</c></summary>
    Start,

    /// <summary><c>$</c> and <c>\Z</c>: the end, or before a line feed there.</summary>
    End,

    /// <summary><c>\z</c></summary>
    VeryEnd,

    /// <summary><c>\b</c>: between a letter of a word and another or none.</summary>
    Boundary,

    /// <summary><c>\B</c></summary>
    NoBoundary,
}
