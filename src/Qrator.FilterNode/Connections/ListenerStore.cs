namespace Qrator.FilterNode.Connections;

/// <summary>The connections of one listener, counted. Safe for any number of threads.</summary>
internal sealed class ListenerStore
{
    private long _open;
    private long _total;
    private long _overLimit;

    public ListenerStore(string name) => Name = name;

    /// <summary>The address as it stands in the configuration: the metric label.</summary>
    public string Name { get; }

    /// <summary>Connections open now.</summary>
    public long Open => Volatile.Read(ref _open);

    /// <summary>Connections accepted so far.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Connections reset because the node had as many as it may.</summary>
    public long OverLimit => Volatile.Read(ref _overLimit);

    public void Opened()
    {
        Interlocked.Increment(ref _open);
        Interlocked.Increment(ref _total);
    }

    public void Closed() => Interlocked.Decrement(ref _open);

    public void RefusedOverLimit() => Interlocked.Increment(ref _overLimit);
}
