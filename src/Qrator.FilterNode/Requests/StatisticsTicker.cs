using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Requests;

/// <summary>
/// Keeps the statistics going: lets the meter of every connection count what has passed by, so that bytes of long bodies, streams and WebSockets show
/// while they run, and then ends the intervals and windows that are over.
/// </summary>
internal sealed class StatisticsTicker
{
    private readonly NodeStore _store;
    private readonly IReadOnlyList<ListenerStore> _listeners;
    private readonly NodeClock _clock;

    public StatisticsTicker(NodeStore store, IReadOnlyList<ListenerStore> listeners, NodeClock clock)
    {
        _store = store;
        _listeners = listeners;
        _clock = clock;
    }

    /// <summary>How often to tick.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>One tick. One thread at a time.</summary>
    public void Tick()
    {
        foreach (var listener in _listeners)
        {
            listener.Connections.ForEach(listener, static (connection, _) => connection.Meter?.Look());
        }

        foreach (var service in _store.Services)
        {
            service.Statistics.Tick(_clock.UtcNow);
            service.Top.Turn(_clock.Now);
        }
    }

    /// <summary>The node stops: what there is of the interval under way is to be kept.</summary>
    public void Close()
    {
        Tick();
        foreach (var service in _store.Services)
        {
            service.Statistics.Close(_clock.UtcNow);
        }
    }
}
