namespace Qrator.FilterNode.Connections;

/// <summary>How far the TLS handshake of a connection has come.</summary>
internal enum TlsProgress
{
    /// <summary>Not done; on a listener without TLS it never is.</summary>
    Pending,

    /// <summary>Refused, because no service answers to the server name; counted.</summary>
    Refused,

    /// <summary>Done.</summary>
    Established,
}
