namespace Qrator.FilterNode.Metrics;

/// <summary>What an instrument said when it was asked.</summary>
internal sealed class ReadInstrument
{
    public ReadInstrument(InstrumentName name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Name = name;
        Value = value;
        Labels = new (string, string)[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            Labels[i] = (InstrumentName.Clean(tags[i].Key), tags[i].Value?.ToString() ?? "");
        }
    }

    public InstrumentName Name { get; }

    public double Value { get; }

    public (string Name, string Value)[] Labels { get; }
}
