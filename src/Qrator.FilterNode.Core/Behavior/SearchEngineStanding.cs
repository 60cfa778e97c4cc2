namespace Qrator.FilterNode.Behavior;

/// <summary>Whether a client that calls itself a search engine is one.</summary>
public enum SearchEngineStanding
{
    /// <summary>It is not, or it cannot be found out in time.</summary>
    Impostor,

    /// <summary>It is being looked up; it is not listed meanwhile.</summary>
    Pending,

    /// <summary>It is; behaviour never lists it.</summary>
    Verified,
}
