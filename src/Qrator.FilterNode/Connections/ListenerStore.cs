using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Connections;

/// <summary>The connections of one listener, counted. Safe for any number of threads.</summary>
internal sealed class ListenerStore
{
    private readonly StripedCounters _violations = new(ViolationText.Count);
    private readonly long[] _dropped = new long[Enum.GetValues<DropReason>().Length];
    private long _open;
    private long _total;
    private long _acceptFailures;

    public ListenerStore(string name) => Name = name;

    /// <summary>The address as it stands in the configuration: the metric label.</summary>
    public string Name { get; }

    /// <summary>The connections open now.</summary>
    public OpenConnections Connections { get; } = new();

    /// <summary>Connections open now.</summary>
    public long Open => Volatile.Read(ref _open);

    /// <summary>Connections accepted so far, those dropped at once too.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>How often the system could not give out a waiting connection, mostly for want of file descriptors.</summary>
    public long AcceptFailures => Volatile.Read(ref _acceptFailures);

    /// <summary>Connections dropped for a reason.</summary>
    public long Dropped(DropReason reason) => Volatile.Read(ref _dropped[(int)reason]);

    /// <summary>How often clients broke the protocol in a way.</summary>
    public long Violations(Violation violation) => _violations.Read((int)violation);

    public void CountViolation(Violation violation) => _violations.Add((int)violation);

    public void CountAccepted() => Interlocked.Increment(ref _total);

    public void CountAcceptFailure() => Interlocked.Increment(ref _acceptFailures);

    public void CountDropped(DropReason reason) => Interlocked.Increment(ref _dropped[(int)reason]);

    public void Opened(ConnectionFeature connection)
    {
        Interlocked.Increment(ref _open);
        Connections.Add(connection);
    }

    public void Closed(ConnectionFeature connection)
    {
        Connections.Remove(connection);
        Interlocked.Decrement(ref _open);
    }
}
