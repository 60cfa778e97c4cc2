namespace Qrator.FilterNode.Behavior;

/// <summary>How a service is doing.</summary>
public enum BehaviorState
{
    /// <summary>As usual, or busier with visitors like the usual ones.</summary>
    Calm,

    /// <summary>More load than usual, most of the excess from clients that stand out.</summary>
    Attack,

    /// <summary>The origin fails or is slow for all clients alike.</summary>
    OriginIll,
}
