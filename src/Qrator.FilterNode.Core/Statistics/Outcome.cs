namespace Qrator.FilterNode.Statistics;

/// <summary>How a request ended; each ends in exactly one way. <see cref="OutcomeLabel"/> has the word for metrics and log.</summary>
public enum Outcome
{
    /// <summary>The origin's response went to the client.</summary>
    Passed,

    /// <summary>Dropped: the client is on the blacklist.</summary>
    Blacklisted,

    /// <summary>Answered 429 or dropped: over a leaky bucket.</summary>
    RateLimited,

    /// <summary>Answered 413: too many bytes of request bodies in flight.</summary>
    BodyLimit,

    /// <summary>Answered with the maintenance page or redirect.</summary>
    Maintenance,

    /// <summary>Answered 502: no connection to an origin.</summary>
    OriginUnreachable,

    /// <summary>Answered 504, or the response was cut: the origin was silent.</summary>
    OriginTimeout,

    /// <summary>Answered 502, or the response was cut: the origin broke the connection or the protocol.</summary>
    OriginError,

    /// <summary>The client went away.</summary>
    ClientAborted,

    /// <summary>Answered 400, or ended: not HTTP as the node accepts it.</summary>
    BadRequest,

    /// <summary>Dropped: no service has this host.</summary>
    UnknownHost,
}
