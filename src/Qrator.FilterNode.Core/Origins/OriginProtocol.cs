namespace Qrator.FilterNode.Origins;

/// <summary>What the node speaks to a service's origins. The names are the words of the configuration.</summary>
public enum OriginProtocol
{
    /// <summary>HTTP/1.1.</summary>
    Http1,

    /// <summary>HTTP/2 alone: agreed on in the handshake with https:// origins, with prior knowledge with others (RFC 9113, section 3.3).</summary>
    Http2,
}
