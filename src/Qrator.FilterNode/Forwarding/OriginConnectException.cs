namespace Qrator.FilterNode.Forwarding;

/// <summary>No connection to an origin came about: refused, unreachable, out of time or without TLS. Nothing of the request was sent.</summary>
internal sealed class OriginConnectException : IOException
{
    public OriginConnectException(string reason)
        : base($"no connection to the origin: {reason}")
    {
        Reason = reason;
    }

    /// <summary>A word of <see cref="Origins.OriginFailure"/>.</summary>
    public string Reason { get; }
}
