namespace Qrator.FilterNode.Connections;

/// <summary>The connections of one listener, counted. Safe for any number of threads.</summary>
internal sealed class ListenerStore
{
    private long _open;
    private long _total;
    private long _overLimit;
    private long _unknownServerNames;
    private long _failedHandshakes;

    public ListenerStore(string name) => Name = name;

    /// <summary>The address as it stands in the configuration: the metric label.</summary>
    public string Name { get; }

    /// <summary>Connections open now.</summary>
    public long Open => Volatile.Read(ref _open);

    /// <summary>Connections accepted so far.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Connections reset because the node had as many as it may.</summary>
    public long OverLimit => Volatile.Read(ref _overLimit);

    /// <summary>Connections ended because no service with a certificate answers to the server name.</summary>
    public long UnknownServerNames => Volatile.Read(ref _unknownServerNames);

    /// <summary>Connections whose TLS handshake came to nothing for another reason.</summary>
    public long FailedHandshakes => Volatile.Read(ref _failedHandshakes);

    public void Opened()
    {
        Interlocked.Increment(ref _open);
        Interlocked.Increment(ref _total);
    }

    public void Closed() => Interlocked.Decrement(ref _open);

    public void RefusedOverLimit() => Interlocked.Increment(ref _overLimit);

    public void RefusedServerName() => Interlocked.Increment(ref _unknownServerNames);

    public void FailedHandshake() => Interlocked.Increment(ref _failedHandshakes);
}
