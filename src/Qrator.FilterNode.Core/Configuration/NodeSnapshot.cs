using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// The whole configuration, compiled. A request takes it once and uses only that. Immutable; safe for any number of threads.
/// </summary>
public sealed class NodeSnapshot
{
    private readonly HostTable<ServiceSnapshot>[] _hostsByListener;
    private readonly ServiceSnapshot[][] _mindingOffences;

    internal NodeSnapshot(FilterNodeConfig config, ClientIdentity identity, ICountryLookup? countries, IReadOnlyList<ServiceSnapshot> services)
    {
        Config = config;
        Identity = identity;
        Countries = countries;
        Services = services;
        TrustedProxies = new(config.Clients.TrustedProxies);
        _hostsByListener = [.. config.Listeners.Select(listener => new HostTable<ServiceSnapshot>(
            from service in services
            where listener.Services is null || listener.Services.Contains(service.Name, StringComparer.OrdinalIgnoreCase)
            from host in service.Config.Hosts
            select (host, service)))];
        _mindingOffences = [.. config.Listeners.Select(listener => services
            .Where(service => service.Offences is not null && (listener.Services is null || listener.Services.Contains(service.Name, StringComparer.OrdinalIgnoreCase)))
            .ToArray())];
    }

    /// <summary>What the operator wrote.</summary>
    public FilterNodeConfig Config { get; }

    /// <summary>How addresses become clients.</summary>
    public ClientIdentity Identity { get; }

    /// <summary>The countries of addresses; null without a database.</summary>
    public ICountryLookup? Countries { get; }

    /// <summary>Proxies whose X-Forwarded-For is believed.</summary>
    public PrefixSet TrustedProxies { get; }

    /// <summary>The services, in the order of the configuration.</summary>
    public IReadOnlyList<ServiceSnapshot> Services { get; }

    /// <summary>The services reachable on a listener, by its position in the configuration, that list clients for offences against the protocol.</summary>
    public IReadOnlyList<ServiceSnapshot> MindingOffences(int listener) => _mindingOffences[listener];

    /// <summary>The services reachable on a listener, by its position in the configuration.</summary>
    public HostTable<ServiceSnapshot> HostsOf(int listener) => _hostsByListener[listener];
}
