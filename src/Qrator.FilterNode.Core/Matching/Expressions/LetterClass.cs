namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>The classes of letters that have an escape, as .NET defines them.</summary>
internal enum LetterClass
{
    /// <summary><c>\d</c>: decimal digits of all scripts.</summary>
    Digit,

    /// <summary><c>\w</c>: letters, non-spacing marks, decimal digits, connectors.</summary>
    Word,

    /// <summary><c>\s</c>: white space.</summary>
    Space,
}
