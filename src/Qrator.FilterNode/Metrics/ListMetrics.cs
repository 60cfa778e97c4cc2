using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Metrics;

/// <summary>The series of the lists.</summary>
internal static class ListMetrics
{
    private static readonly ListKind[] Kinds = Enum.GetValues<ListKind>();
    private static readonly ListSource[] Sources = Enum.GetValues<ListSource>();
    private static readonly ListChange[] Changes = Enum.GetValues<ListChange>();

    /// <summary>The word for a source, a list or a change in labels and log.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => Words<T>.All[value];

    public static void Write(MetricsWriter writer, NodeSnapshot node)
    {
        writer.Family("filternode_list_entries", "gauge", "Entries on the lists.");
        foreach (var (service, kind, source) in All(node))
        {
            var count = source == ListSource.Config
                ? kind == ListKind.Whitelist ? service.ConfiguredWhitelist : service.ConfiguredBlacklist
                : service.Store.Lists.Of(kind).CountOf(source);
            writer.Sample(count, ("service", service.Name), ("list", Word(kind)), ("source", Word(source)));
        }

        foreach (var service in node.Services)
        {
            writer.Sample(service.Store.AllBuckets.Sum(rule => rule.Buckets.Count), ("service", service.Name), ("list", "limited"), ("source", Word(ListSource.Rule)));
        }

        writer.Family("filternode_list_changes_total", "counter", "Changes of the lists since the start.");
        foreach (var (service, kind, source) in All(node))
        {
            var list = service.Store.Lists.Of(kind);
            foreach (var change in Changes)
            {
                var count = list.Changes(source, change);
                if (count > 0 || change is ListChange.Added or ListChange.Expired)
                {
                    writer.Sample(count, ("service", service.Name), ("list", Word(kind)), ("source", Word(source)), ("change", Word(change)));
                }
            }
        }
    }

    private static class Words<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> All = Enum.GetValues<T>().ToDictionary(value => value, value => value.ToString().ToLowerInvariant());
    }

    private static IEnumerable<(ServiceSnapshot Service, ListKind Kind, ListSource Source)> All(NodeSnapshot node) =>
        from service in node.Services
        from kind in Kinds
        from source in Sources
        select (service, kind, source);
}
