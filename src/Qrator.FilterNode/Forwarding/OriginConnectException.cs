namespace Qrator.FilterNode.Forwarding;

/// <summary>No connection to an origin came about: refused, unreachable or out of time. Nothing of the request was sent.</summary>
internal sealed class OriginConnectException : IOException
{
    public OriginConnectException(string reason)
        : base($"no connection to the origin: {reason}") => Reason = reason;

    /// <summary>A fixed word for metrics: refused, unreachable, timeout.</summary>
    public string Reason { get; }
}
