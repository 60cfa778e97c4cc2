using System.Collections.Frozen;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;
using Qrator.FilterNode.HeaderRules;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Pages;
using Qrator.FilterNode.UserRules;
using Qrator.FilterNode.UserRules.Parsing;

namespace Qrator.FilterNode.Configuration;

/// <summary>From a valid configuration to a snapshot. MUST NOT fail: whatever can be wrong is found by <see cref="ConfigValidator"/>.</summary>
public static class SnapshotCompiler
{
    private static readonly Dictionary<string, PageTemplate> NoPages = [];

    /// <summary>
    /// Compiles the configuration and prepares the stores for it: new services get one; nothing that the configuration in force still
    /// needs is taken away before <see cref="Retire"/>.
    /// </summary>
    /// <param name="config">A configuration that <see cref="ConfigValidator"/> found no mistake in.</param>
    /// <param name="countries">The database that it names, loaded; null when it names none.</param>
    /// <param name="store">What outlives the snapshot.</param>
    /// <param name="pages">The pages that it names, loaded, by their path as it stands there; null when it names none.</param>
    /// <param name="certificates">The certificates that it names, loaded, by the service they belong to.</param>
    public static NodeSnapshot Compile(
        FilterNodeConfig config,
        ICountryLookup? countries,
        NodeStore store,
        IReadOnlyDictionary<string, PageTemplate>? pages = null,
        IReadOnlyDictionary<string, IServiceCertificate>? certificates = null)
    {
        var identity = new ClientIdentity(config.Clients.IPv6Prefix);
        var services = config.Services
            .Select(pair => CompileService(
                pair.Key,
                pair.Value,
                config.Limits,
                identity,
                store.Service(pair.Key, config.Limits.ListEntries, identity),
                pages ?? NoPages,
                certificates?.GetValueOrDefault(pair.Key)))
            .ToList();
        ConfigureBehavior(config, services);
        return new(config, identity, countries, services);
    }

    /// <summary>After the snapshot is in force: ends the entries of rules that are gone, and forgets services that are gone.</summary>
    /// <returns>How many entries ended.</returns>
    public static int Retire(NodeSnapshot inForce, NodeStore store, long now)
    {
        store.KeepOnly([.. inForce.Services.Select(service => service.Name)], now);
        var ended = 0;
        foreach (var service in inForce.Services)
        {
            var causes = service.Causes.ToHashSet();
            ended += service.Store.Lists.RetireAllBut(causes, now);
            service.Store.KeepOnlyBuckets(service.UserRules.LimitingRules.ToHashSet(StringComparer.Ordinal));
            service.Store.KeepOnlyCounters(service.Rules.ToHashSet(), service.Origins.Select(origin => origin.Store.Address).ToHashSet(StringComparer.Ordinal));
        }

        return ended;
    }

    private static ServiceSnapshot CompileService(
        string name,
        ServiceConfig config,
        LimitsConfig limits,
        ClientIdentity identity,
        ServiceStore store,
        IReadOnlyDictionary<string, PageTemplate> pages,
        IServiceCertificate? certificate)
    {
        // Checked before; parsing again is simpler than carrying what was parsed past the configuration records.
        var parsed = UserRulesParser.Parse(config.UserRules, name, hasCountries: true, Iso3166.IsConfigurable, new());
        return new(name, config, identity, store, new(
            CompileHeaderFilter(config.HeaderFilter, store),
            CompileGeoFilter(config.GeoFilter, store),
            new(UserRuleIndex.Compile(parsed), store, limits.LimitedClients),
            CompileOffences(config.Offences, store)), certificate)
        {
            ErrorPages = config.ErrorPages.All.ToFrozenDictionary(page => page.Status, page => pages[page.Path]),
            Maintenance = new(config.Maintenance, config.Maintenance.Page is { } page ? pages[page] : null, store.Maintenance),
        };
    }

    // The memory of the node is shared by the services that use it.
    private static void ConfigureBehavior(FilterNodeConfig config, IReadOnlyList<ServiceSnapshot> services)
    {
        var sharers = Math.Max(1, services.Count(service => service.Config.Behavior.Mode != BehaviorMode.Off || service.UserRules.LooksAtOrigin));
        var bytes = config.Behavior.MemoryMegabytes * (1L << 20) / sharers;
        foreach (var service in services)
        {
            service.Store.Behavior.Configure(new(service.Config.Behavior, config.Behavior.Budget, bytes, config.Limits.LimitedClients, service.UserRules.LooksAtOrigin));
        }
    }

    private static HeaderRuleSetSnapshot CompileHeaderFilter(HeaderFilterConfig filter, ServiceStore store)
    {
        IEnumerable<HeaderRuleSnapshot> RulesOf(ListKind kind) =>
            from rule in filter.Enabled ? filter.Rules : []
            where rule.List == kind
            select new HeaderRuleSnapshot(
                rule.Header.Property,
                rule.Test,
                rule.Value ?? "",
                store.Lists.Of(kind).CauseOf(ListSource.Header, rule.Id),
                rule.Ttl,
                filter.Shadow,
                store.RuleCounter(ListSource.Header, rule.Id));

        return new(RulesOf(ListKind.Whitelist), RulesOf(ListKind.Blacklist));
    }

    private static OffenceFilterSnapshot? CompileOffences(OffencesConfig? offences, ServiceStore store) => offences is not { Enabled: true } ? null : new(
        store.Offences,
        offences.Count,
        offences.Window,
        offences.Ttl,
        offences.Shadow,
        store.Lists.Blacklist.CauseOf(ListSource.Behavior, OffenceFilterSnapshot.RuleName),
        store.RuleCounter(ListSource.Behavior, OffenceFilterSnapshot.RuleName));

    private static GeoFilterSnapshot? CompileGeoFilter(GeoFilterConfig? filter, ServiceStore store) => filter is not { Enabled: true } ? null : new(
        filter.Countries.Select(country => country.Code),
        filter.Mode,
        filter.UnknownCountry,
        filter.Ttl,
        filter.Shadow,
        store.Lists.Blacklist.CauseOf(ListSource.Geo, ""),
        store.RuleCounter(ListSource.Geo, ""));
}
