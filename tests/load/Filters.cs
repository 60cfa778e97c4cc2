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

    /// <summary>The load's own addresses are on the blacklist, in all three; nginx has to read a request first (<c>return 444</c>).</summary>
    Listed,

    /// <summary>The addresses of an attack are, and the load's own are not.</summary>
    AttackersListed,
}
