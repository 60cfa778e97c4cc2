using System.Net.Sockets;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Connections;

/// <summary>A connection that was let in, on its way from the thread that accepts to Kestrel.</summary>
/// <param name="Socket">Closing it is still a reset.</param>
/// <param name="Peer">The other end.</param>
/// <param name="Lease">What it has taken.</param>
/// <param name="ExpectsProxyHeader">Whether it begins with a PROXY protocol header.</param>
internal readonly record struct AcceptedConnection(Socket Socket, ClientKey Peer, ConnectionLease Lease, bool ExpectsProxyHeader);
