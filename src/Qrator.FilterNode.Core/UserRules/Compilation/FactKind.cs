namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>How to find out whether a fact is true.</summary>
internal enum FactKind : byte
{
    /// <summary>Its field's index marks it.</summary>
    Indexed,

    /// <summary>A regular expression runs, unless what it requires is missing.</summary>
    Regex,

    /// <summary>A number is compared.</summary>
    Number,

    /// <summary>A country is looked up in a set.</summary>
    Country,
}
