using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.Configuration;

/// <summary>One listener, compiled. Immutable; safe for any number of threads.</summary>
public sealed class ListenerSnapshot
{
    internal ListenerSnapshot(ListenerConfig config, IReadOnlyList<ServiceSnapshot> services)
    {
        var reachable = services
            .Where(service => config.Reaches(service.Name))
            .ToList();
        Hosts = new(from service in reachable
                    from host in service.Config.Hosts
                    select (host, config.Tls && service.Certificate is null ? null : service));
        EarlyDrop = new(reachable);
        MindingOffences = [.. reachable.Where(service => service.Offences is not null)];
        TrustedPeers = config.ProxyProtocol ? new(config.TrustedPeers) : null;
    }

    /// <summary>The services reachable here, by host.</summary>
    public HostTable<ServiceSnapshot> Hosts { get; }

    /// <summary>Who is refused at accept.</summary>
    public EarlyDrop EarlyDrop { get; }

    /// <summary>The services reachable here that list clients for offences against the protocol.</summary>
    public IReadOnlyList<ServiceSnapshot> MindingOffences { get; }

    /// <summary>Who may speak the PROXY protocol; null where nobody does.</summary>
    public PrefixSet? TrustedPeers { get; }
}
