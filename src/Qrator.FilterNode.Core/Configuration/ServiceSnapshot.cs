using System.Collections.Frozen;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;
using Qrator.FilterNode.HeaderRules;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Maintenance;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Pages;
using Qrator.FilterNode.UserRules;

namespace Qrator.FilterNode.Configuration;

/// <summary>One service, compiled. Immutable except for the store it points to, which outlives it. Safe for any number of threads.</summary>
public sealed class ServiceSnapshot
{
    private readonly FrozenSet<ClientKey> _whitelist;
    private readonly FrozenSet<ClientKey> _blacklist;
    private readonly PrefixSet _blacklistedSubnets;

    internal ServiceSnapshot(
        string name, ServiceConfig config, ClientIdentity identity, ServiceStore store, ServiceFilters filters, IServiceCertificate? certificate)
    {
        Certificate = certificate;
        Name = name;
        Config = config;
        Store = store;
        HeaderRules = filters.HeaderRules;
        GeoFilter = filters.Geo;
        UserRules = filters.UserRules;
        Offences = filters.Offences;
        Origins = [.. config.Origins.Select(origin => new OriginSnapshot(origin, TlsOf(origin, config), store.Origin(origin.ToString())) { Protocol = config.OriginProtocol })];
        Selector = new(Origins, config.Balancing, store.Rotation);
        _whitelist = config.Whitelist.Select(address => identity.Of(address.Key)).ToFrozenSet();

        // A subnet inside one client is that client.
        _blacklist = config.Blacklist.Where(identity.IsClient).Select(prefix => identity.Of(prefix.Address)).ToFrozenSet();
        _blacklistedSubnets = new(config.Blacklist.Where(prefix => !identity.IsClient(prefix)));
    }

    /// <summary>The name of the service.</summary>
    public string Name { get; }

    /// <summary>What the operator wrote.</summary>
    public ServiceConfig Config { get; }

    /// <summary>What the service shows on listeners with TLS; null when it has none.</summary>
    public IServiceCertificate? Certificate { get; }

    /// <summary>What outlives a reload.</summary>
    public ServiceStore Store { get; }

    /// <summary>The header filter; without rules when it is off.</summary>
    public HeaderRuleSetSnapshot HeaderRules { get; }

    /// <summary>The geo filter; null when it is off.</summary>
    public GeoFilterSnapshot? GeoFilter { get; }

    /// <summary>The user rules; without rules when they are off.</summary>
    public UserRuleSetSnapshot UserRules { get; }

    /// <summary>The customer's pages in place of the node's own, by status code.</summary>
    public FrozenDictionary<int, PageTemplate> ErrorPages { get; internal init; } = FrozenDictionary<int, PageTemplate>.Empty;

    /// <summary>Whether visitors are kept out while the site is worked on, and what they get.</summary>
    public required MaintenanceSnapshot Maintenance { get; init; }

    /// <summary>What becomes of clients that break the protocol; null when it is off.</summary>
    public OffenceFilterSnapshot? Offences { get; }

    /// <summary>Whether a rule can put a client on the whitelist by its request alone, so that a blacklisted client must be let in to be looked at.</summary>
    public bool HasRequestOnlyWhitelist => HeaderRules.HasWhitelist || UserRules.HasRequestOnlyWhitelist;

    /// <summary>The causes of everything that can list clients.</summary>
    public IEnumerable<ListingCause> Causes =>
        HeaderRules.Causes.Concat(UserRules.Causes).Concat(GeoFilter?.CauseInForce is { } geo ? [geo] : [])
            .Concat(Offences?.CauseInForce is { } offences ? [offences] : [])
            .Concat(Store.Behavior.Causes);

    /// <summary>The origins, in the order of the configuration.</summary>
    public IReadOnlyList<OriginSnapshot> Origins { get; }

    /// <summary>Chooses among the origins.</summary>
    public OriginSelector Selector { get; }

    /// <summary>All rules by the filter they belong to, those in shadow mode too.</summary>
    public IEnumerable<(ListSource Filter, string Rule)> Rules =>
        HeaderRules.RuleIds.Select(id => (ListSource.Header, id))
            .Concat(GeoFilter is null ? [] : [(ListSource.Geo, "")])
            .Concat(UserRules.RuleIds.Select(id => (ListSource.Rule, id)))
            .Concat(Offences is null ? [] : [(ListSource.Behavior, OffenceFilterSnapshot.RuleName)]);

    /// <summary>Whitelist entries of the configuration.</summary>
    public int ConfiguredWhitelist => _whitelist.Count;

    /// <summary>Blacklist entries of the configuration.</summary>
    public int ConfiguredBlacklist => _blacklist.Count + _blacklistedSubnets.Count;

    /// <summary>Counts an offence of a client against the protocol, unless the client is whitelisted or the service does not mind.</summary>
    /// <param name="client">Who.</param>
    /// <param name="violation">What it did.</param>
    /// <param name="requestId">The request it did it with; a new id where there was none.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public void CountOffence(in ClientKey client, Violation violation, string requestId, long now)
    {
        if (Offences is { } offences && !IsWhitelisted(client) && !Store.Lists.Whitelist.Contains(client, now))
        {
            offences.Count(Store.Lists, client, violation, requestId, now);
        }
    }

    /// <summary>Whether the configuration whitelists the client.</summary>
    public bool IsWhitelisted(in ClientKey client) => _whitelist.Count > 0 && _whitelist.Contains(client);

    /// <summary>Whether the configuration blacklists the client or a subnet it is in.</summary>
    public bool IsBlacklisted(in ClientKey client) =>
        (_blacklist.Count > 0 && _blacklist.Contains(client)) || _blacklistedSubnets.Contains(client);

    private static OriginTls? TlsOf(OriginAddress origin, ServiceConfig config) => !origin.Https ? null : new(
        config.OriginTls.VerifyCertificate,
        config.OriginTls.HostName ?? config.Hosts.FirstOrDefault(host => host.IsExactName)?.Text ?? origin.EndPoint.Address.ToString());
}
