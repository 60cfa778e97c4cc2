using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Connections;

/// <summary>What the node knows of a connection, for all its requests.</summary>
/// <param name="Transport">The connection below TLS and HTTP; aborting it resets it without another byte.</param>
/// <param name="Listener">The position of its listener in the configuration.</param>
/// <param name="Peer">The address of the other end, as a whole.</param>
internal sealed record ConnectionFeature(ConnectionContext Transport, int Listener, ClientKey Peer)
{
    /// <summary>The peer as it is written into X-Forwarded-For.</summary>
    public string PeerText { get; } = Peer.ToString();

    /// <summary>How far TLS has come.</summary>
    public TlsProgress Tls { get; set; }

    /// <summary>Ends the connection by a TCP reset.</summary>
    public void Reset() => Transport.Abort(new ConnectionAbortedException("dropped"));
}
