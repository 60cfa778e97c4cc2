using System.Collections.Immutable;

namespace Qrator.FilterNode.Origins;

/// <summary>Why an origin failed: the words of the label <c>reason</c>.</summary>
public static class OriginFailure
{
    /// <summary>It refused the connection.</summary>
    public const string Refused = "refused";

    /// <summary>The network says that it cannot be reached.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>No connection came about in time.</summary>
    public const string ConnectTimeout = "timeout";

    /// <summary>No TLS session came about: the certificate, or the handshake.</summary>
    public const string Tls = "tls";

    /// <summary>The node had no socket or port left; says nothing of the origin.</summary>
    public const string Local = "local";

    /// <summary>It was silent for too long after it had the request.</summary>
    public const string Silent = "silent";

    /// <summary>It ended the connection before the head of its response was complete.</summary>
    public const string Closed = "closed";

    /// <summary>What it sent is no HTTP response, or one too large.</summary>
    public const string Invalid = "invalid";

    /// <summary>It ended within the body of its response.</summary>
    public const string Cut = "cut";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Refused, Unreachable, ConnectTimeout, Tls, Local, Silent, Closed, Invalid, Cut];
}
