namespace Qrator.FilterNode.Lists;

/// <summary>Why many entries went at once. The lower-case name is the word in the log.</summary>
public enum ClearingReason
{
    /// <summary>Their rules are not in the configuration any more.</summary>
    RuleGone,

    /// <summary>An operator emptied the list.</summary>
    Flush,

    /// <summary>Their service is not in the configuration any more.</summary>
    ServiceGone,
}
