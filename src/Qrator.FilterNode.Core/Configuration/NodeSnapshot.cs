using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// The whole configuration, compiled. A request takes it once and uses only that. Immutable; safe for any number of threads.
/// </summary>
public sealed class NodeSnapshot
{
    internal NodeSnapshot(FilterNodeConfig config, ClientIdentity identity, ICountryLookup? countries, IReadOnlyList<ServiceSnapshot> services)
    {
        Config = config;
        Identity = identity;
        Countries = countries;
        Services = services;
        TrustedProxies = new(config.Clients.TrustedProxies);
        Listeners = [.. config.Listeners.Select(listener => new ListenerSnapshot(listener, services))];
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

    /// <summary>The listeners, in the order of the configuration.</summary>
    public IReadOnlyList<ListenerSnapshot> Listeners { get; }

    /// <summary>The services reachable on a listener, by its position in the configuration.</summary>
    public HostTable<ServiceSnapshot> HostsOf(int listener) => Listeners[listener].Hosts;
}
