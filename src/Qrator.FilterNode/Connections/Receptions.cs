using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Guarding;
using Qrator.FilterNode.Plain;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Connections;

/// <summary>What receives the connections of each listener.</summary>
internal sealed class Receptions
{
    private readonly Reception[] _receptions;

    public Receptions(
        IReadOnlyList<ListenerGate> gates,
        ConfigurationDoor door,
        Offenders offenders,
        PlainPath plain,
        NodeStore store,
        NodeClock clock,
        TimeProvider time,
        ILogger<Reception> logger)
    {
        var entry = new HttpEntry(new(clock), new(offenders, clock, store.Unassigned), plain);
        var closing = new LingeringClose(door, clock, time);
        var listeners = door.Current.Config.Listeners;
        _receptions = [.. gates.Select((gate, i) => new Reception(gate, listeners[i].Tls, entry, closing, time, logger))];
    }

    /// <summary>That of a listener, by its position in the configuration.</summary>
    public Reception this[int listener] => _receptions[listener];
}
