namespace Qrator.FilterNode.Lists;

/// <summary>The two lists of a service.</summary>
public enum ListKind
{
    /// <summary>Clients that no filter applies to.</summary>
    Whitelist,

    /// <summary>Clients whose requests are dropped.</summary>
    Blacklist,
}
