using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.HeaderRules;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Configuration;

/// <summary>From a valid configuration to a snapshot. MUST NOT fail: whatever can be wrong is found by <see cref="ConfigValidator"/>.</summary>
public static class SnapshotCompiler
{
    /// <summary>
    /// Compiles the configuration and prepares the stores for it: new services get one; nothing that the configuration in force still
    /// needs is taken away before <see cref="Retire"/>.
    /// </summary>
    public static NodeSnapshot Compile(FilterNodeConfig config, NodeStore store)
    {
        var identity = new ClientIdentity(config.Clients.IPv6Prefix);
        var services = config.Services
            .Select(pair => CompileService(pair.Key, pair.Value, identity, store.Service(pair.Key, config.Limits.ListEntries)))
            .ToList();
        return new(config, identity, services);
    }

    /// <summary>After the snapshot is in force: ends the entries of rules that are gone, and forgets services that are gone.</summary>
    /// <returns>How many entries ended.</returns>
    public static int Retire(NodeSnapshot inForce, NodeStore store, long now)
    {
        store.KeepOnly([.. inForce.Services.Select(service => service.Name)]);
        var ended = 0;
        foreach (var service in inForce.Services)
        {
            var causes = service.HeaderRules.Causes.ToHashSet();
            ended += service.Store.Lists.Whitelist.RetireAllBut(causes, now);
            ended += service.Store.Lists.Blacklist.RetireAllBut(causes, now);
        }

        return ended;
    }

    private static ServiceSnapshot CompileService(string name, ServiceConfig config, ClientIdentity identity, ServiceStore store)
    {
        var filter = config.HeaderFilter;
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

        return new(name, config, identity, store, new(RulesOf(ListKind.Whitelist), RulesOf(ListKind.Blacklist)));
    }
}
