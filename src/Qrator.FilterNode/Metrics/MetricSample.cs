namespace Qrator.FilterNode.Metrics;

/// <summary>One sample of the text format.</summary>
/// <param name="Name">Its name; of a histogram with the ending.</param>
/// <param name="Labels">Its labels, in their order.</param>
/// <param name="Value">Its value.</param>
internal sealed record MetricSample(string Name, IReadOnlyList<(string Name, string Value)> Labels, double Value);
