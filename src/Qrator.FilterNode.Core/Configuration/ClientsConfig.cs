using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Clients</c>.</summary>
public sealed record ClientsConfig
{
    /// <summary>Bits of an IPv6 address that make one client.</summary>
    [Setting("The bits of an IPv6 address that make one client. A change needs a restart, because the lists are kept by client.", Min = "32", Max = "128")]
    public int IPv6Prefix { get; init; } = 64;

    /// <summary>Proxies in front of the node.</summary>
    [Setting("Addresses and subnets of proxies in front of the node, whose X-Forwarded-For is believed.")]
    public IReadOnlyList<NetworkPrefix> TrustedProxies { get; init; } = [];
}
