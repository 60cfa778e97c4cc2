namespace Qrator.FilterNode.Connections;

/// <summary>Why the node ended a connection before any request was read, or while none was in progress.</summary>
internal enum DropReason
{
    /// <summary>The node had as many connections as it may.</summary>
    OverLimit,

    /// <summary>The client had as many connections as it may.</summary>
    ClientLimit,

    /// <summary>The client is blacklisted for every service of the listener.</summary>
    Blacklisted,

    /// <summary>The listener expects the PROXY protocol and the peer is none of those that may speak it.</summary>
    UntrustedPeer,

    /// <summary>No good PROXY protocol header came in time.</summary>
    ProxyProtocol,

    /// <summary>No service with a certificate answers to the server name.</summary>
    UnknownServerName,

    /// <summary>The TLS handshake came to nothing for another reason.</summary>
    TlsHandshake,

    /// <summary>The client sent HTTP/2 frames that nothing justifies.</summary>
    Http2Flood,

    /// <summary>The client stopped in the middle of a request body.</summary>
    SlowBody,

    /// <summary>The client does not read what it asked for.</summary>
    SlowReader,
}
