namespace Qrator.FilterNode.HeaderRules;

/// <summary>How a header rule tests its header.</summary>
public enum HeaderTest
{
    /// <summary>The whole value is the text.</summary>
    Equals,

    /// <summary>The text is somewhere in the value.</summary>
    Contains,

    /// <summary>The header is absent or empty.</summary>
    IsEmpty,
}
