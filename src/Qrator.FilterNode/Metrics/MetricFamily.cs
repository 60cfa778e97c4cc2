namespace Qrator.FilterNode.Metrics;

/// <summary>What stands under one name in the text format.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">counter, gauge or histogram.</param>
/// <param name="Help">One sentence.</param>
internal sealed record MetricFamily(string Name, string Type, string Help)
{
    /// <summary>Its samples, in their order.</summary>
    public List<MetricSample> Samples { get; } = [];
}
