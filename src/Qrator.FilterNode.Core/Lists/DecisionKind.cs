namespace Qrator.FilterNode.Lists;

/// <summary>What a <see cref="Decision"/> was. The lower-case name is the word in answers.</summary>
public enum DecisionKind
{
    /// <summary>Put on the list.</summary>
    Added,

    /// <summary>Stays on the list longer, or for another cause.</summary>
    Extended,

    /// <summary>Put back after a restart.</summary>
    Restored,

    /// <summary>Taken off by an operator.</summary>
    Removed,

    /// <summary>An operator emptied the list.</summary>
    Flushed,

    /// <summary>The rule that it was listed by, or the whole service, is not in the configuration any more.</summary>
    Retired,

    /// <summary>A request was over the bucket of a RateLimit rule; the first within a minute.</summary>
    Excess,
}
