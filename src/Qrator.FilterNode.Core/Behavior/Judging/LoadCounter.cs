namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>What the request path counts for the next tick.</summary>
internal enum LoadCounter
{
    /// <summary>Requests that arrived.</summary>
    Arrived,

    /// <summary>Those that were not let in.</summary>
    Refused,

    /// <summary>Requests at their end.</summary>
    Ended,

    /// <summary>Errors among those.</summary>
    Errors,

    /// <summary>Requests of new clients who do far more than the crowd.</summary>
    StandingRequests,

    /// <summary>Milliseconds of origin time of such clients.</summary>
    StandingOrigin,

    /// <summary>Errors of such clients.</summary>
    StandingErrors,

    /// <summary>Requests that were dropped because their client is on the blacklist.</summary>
    Stopped,
}
