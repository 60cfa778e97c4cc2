namespace Qrator.FilterNode.Origins;

/// <summary>How a service chooses among its origins. The names are the words of the configuration.</summary>
public enum OriginBalancing
{
    /// <summary>Each in turn.</summary>
    RoundRobin,

    /// <summary>The same client, the same origin.</summary>
    ClientHash,

    /// <summary>The one with the fewest requests in flight.</summary>
    LeastRequests,
}
