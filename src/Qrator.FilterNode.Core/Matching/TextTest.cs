namespace Qrator.FilterNode.Matching;

/// <summary>How a text is compared with a pattern.</summary>
public enum TextTest
{
    /// <summary>The text is the pattern.</summary>
    Equal,

    /// <summary>The pattern is somewhere in the text.</summary>
    Contains,

    /// <summary>The text starts with the pattern.</summary>
    StartsWith,

    /// <summary>The text ends with the pattern.</summary>
    EndsWith,
}
