namespace Qrator.FilterNode.Load;

/// <summary>What the proxies filter by in a scenario.</summary>
internal enum Filters
{
    /// <summary>Nothing: each proxy only forwards.</summary>
    None,

    /// <summary>10 texts that the User-Agent must not contain, in all three proxies.</summary>
    Agents10,

    /// <summary>10,000 of them.</summary>
    Agents10000,

    /// <summary>The node with 100 rules of mixed kinds, geo, header filter and listed clients; the others with nothing.</summary>
    Everything,
}
