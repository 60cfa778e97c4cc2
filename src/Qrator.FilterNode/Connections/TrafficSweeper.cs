namespace Qrator.FilterNode.Connections;

/// <summary>Lets the meter of every connection count what has passed by, so that bytes of long bodies, streams and WebSockets show while they run.</summary>
internal sealed class TrafficSweeper
{
    private readonly IReadOnlyList<ListenerStore> _listeners;

    public TrafficSweeper(IReadOnlyList<ListenerStore> listeners) => _listeners = listeners;

    /// <summary>How often to look at all connections.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Looks at all connections. One thread at a time.</summary>
    public void Sweep()
    {
        foreach (var listener in _listeners)
        {
            listener.Connections.ForEach(listener, static (connection, _) => connection.Meter?.Look());
        }
    }
}
