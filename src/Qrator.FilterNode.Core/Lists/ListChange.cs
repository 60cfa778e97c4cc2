namespace Qrator.FilterNode.Lists;

/// <summary>What happened to an entry. The lower-case name is the metric label and the word in the log.</summary>
public enum ListChange
{
    /// <summary>The client was not on the list and now is.</summary>
    Added,

    /// <summary>The client was on the list and stays longer, now for another cause.</summary>
    Extended,

    /// <summary>The entry was taken away before its time.</summary>
    Removed,

    /// <summary>The time of the entry was over.</summary>
    Expired,

    /// <summary>The list was full, so the client was not put on it.</summary>
    Refused,

    /// <summary>The entry was there before the node was restarted, and is again.</summary>
    Restored,
}
