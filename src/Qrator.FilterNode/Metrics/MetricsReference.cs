using System.Text;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Metrics;

/// <summary>The reference of the metrics, made from what a specimen of a node writes.</summary>
internal static class MetricsReference
{
    // Named by the configuration, or one for each code and bound.
    private static readonly HashSet<string> Open = ["service", "rule", "origin", "listener", "version", "runtime", "code", "le"];

    // Of these the specimen has some alone.
    private static readonly Dictionary<string, IEnumerable<string>> Words = new()
    {
        ["change"] = Enum.GetValues<ListChange>().Select(ListMetrics.Word),
        ["filter"] = Enum.GetValues<ListSource>().Except([ListSource.Api, ListSource.Config]).Select(ListMetrics.Word),
    };

    private static readonly Lazy<IReadOnlyList<MetricFamily>> Specimen = new(() => ExpositionReader.Read(MetricsSpecimen.Text()));

    /// <summary>Every family of the node, with samples. Those of the runtime and the server are not among them.</summary>
    public static IReadOnlyList<MetricFamily> Families => Specimen.Value;

    /// <summary>The reference as Markdown.</summary>
    public static string Create()
    {
        var text = new StringBuilder("""
            # Metrics reference

            Made from the code by `Qrator.FilterNode --print-metrics`; a test compares. The node writes them on the admin listener under `/metrics`, in the
            Prometheus text format 0.0.4. Labels hold what the configuration names (`service`, `rule`, `origin`, `listener`), or one of the words given
            here; never a client's address, a path or a host that is not configured. Requests that belong to no service are under `service="-"`. A
            histogram has the series `_bucket`, `_sum` and `_count`.

            The meters of the runtime and of the public server are there too, under the names that OpenTelemetry's rules for Prometheus give them:
            `dotnet_*` (https://learn.microsoft.com/dotnet/core/diagnostics/built-in-metrics-runtime) and `kestrel_*`
            (https://learn.microsoft.com/aspnet/core/log-mon/metrics/built-in). Kestrel knows of connections with TLS, and of others from
            their first request on that is no plain one (HTTP/1.1, GET or HEAD, without a body); `filternode_connections` counts all.

            | name | type | labels | meaning |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var family in Families)
        {
            text.Append($"| `{family.Name}` | {family.Type} | {LabelsOf(family)} | {family.Help.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        return text.ToString();
    }

    private static string LabelsOf(MetricFamily family)
    {
        var labels = family.Samples.SelectMany(sample => sample.Labels).Where(label => label.Name != "le").ToList();
        return string.Join("; ", labels.Select(label => label.Name).Distinct().Select(name => Open.Contains(name)
            ? $"`{name}`"
            : $"`{name}`: {string.Join(", ", Words.GetValueOrDefault(name, labels.Where(label => label.Name == name).Select(label => label.Value)).Distinct().Order(StringComparer.Ordinal))}"));
    }
}
