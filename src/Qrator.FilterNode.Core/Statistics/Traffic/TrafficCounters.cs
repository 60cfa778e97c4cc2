namespace Qrator.FilterNode.Statistics.Traffic;

/// <summary>Bytes and connections of one service. Adding allocates nothing. Safe for any number of threads.</summary>
public sealed class TrafficCounters
{
    private const int Kinds = 2;
    private const int SentAt = Kinds;
    private const int ConnectionsAt = Kinds * 2;
    private const int PassedConnectionsAt = ConnectionsAt + 1;

    private readonly StripedCounters _counters = new(PassedConnectionsAt + 1);

    /// <summary>Connections that have brought the service a request.</summary>
    public long Connections => _counters.Read(ConnectionsAt);

    /// <summary>Those of them that had a request pass.</summary>
    public long PassedConnections => _counters.Read(PassedConnectionsAt);

    /// <summary>Bytes from clients.</summary>
    public long Received(TrafficKind kind) => _counters.Read((int)kind);

    /// <summary>Bytes to clients.</summary>
    public long Sent(TrafficKind kind) => _counters.Read(SentAt + (int)kind);

    /// <summary>Counts bytes.</summary>
    public void Count(TrafficKind kind, long received, long sent)
    {
        if (received > 0)
        {
            _counters.Add((int)kind, received);
        }

        if (sent > 0)
        {
            _counters.Add(SentAt + (int)kind, sent);
        }
    }

    /// <summary>Counts a connection at its first request.</summary>
    public void CountConnection() => _counters.Add(ConnectionsAt);

    /// <summary>Counts a connection at its first request that passes.</summary>
    public void CountPassedConnection() => _counters.Add(PassedConnectionsAt);
}
