namespace Qrator.FilterNode.Lists;

/// <summary>What came of putting a client on a list.</summary>
public enum AddResult
{
    /// <summary>The client is on the list now and was not before.</summary>
    Added,

    /// <summary>The client was on the list and now stays longer.</summary>
    Extended,

    /// <summary>The client is on the list already, for as long or for the same cause; or the rule is no longer in force.</summary>
    Unchanged,

    /// <summary>The list holds as many automatic entries as it may.</summary>
    Refused,
}
