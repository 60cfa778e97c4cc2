using System.Net;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>One entry of <c>Listeners</c>.</summary>
public sealed record ListenerConfig
{
    /// <summary>Where to listen.</summary>
    [Setting("Address and port to listen on.", Required = true, Remedy = "address:port, such as 0.0.0.0:8080")]
    public ListenAddress Address { get; init; } = new(new IPEndPoint(IPAddress.Any, 0));

    /// <summary>The services reachable here.</summary>
    [Setting("The services reachable on this listener; all when left out.")]
    public IReadOnlyList<string>? Services { get; init; }

    /// <summary>Whether peers say in the PROXY protocol whom they speak for.</summary>
    [Setting("Whether each connection begins with a PROXY protocol header (version 1 or 2) that names the visitor. Needs TrustedPeers.")]
    public bool ProxyProtocol { get; init; }

    /// <summary>Who may speak the PROXY protocol.</summary>
    [Setting("Addresses and subnets of the load balancers that speak the PROXY protocol here; connections from elsewhere are dropped.")]
    public IReadOnlyList<NetworkPrefix> TrustedPeers { get; init; } = [];
}
