namespace Qrator.FilterNode.Metrics;

/// <summary>What one scrape reads, in memory that is used again. One thread at a time.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly NodeMetrics _owner;
    private MetricsWriter? _writer;

    public MetricsPage(NodeMetrics owner, MetricsWriter writer) => (_owner, _writer) = (owner, writer);

    /// <summary>The text as UTF-8; not to be used after the end.</summary>
    public ReadOnlyMemory<byte> Text => _writer?.Text ?? throw new ObjectDisposedException(nameof(MetricsPage));

    /// <inheritdoc/>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(Text.Span);

    /// <summary>Gives the memory back, once.</summary>
    public void Dispose()
    {
        if (_writer is { } writer)
        {
            _writer = null;
            _owner.GiveBack(writer);
        }
    }
}
