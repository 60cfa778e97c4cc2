using Microsoft.AspNetCore.Connections;
using Qrator.FilterNode.Guarding;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// Ends, within a second, connections on which nothing happens and whose client has become blacklisted for every service of their listener.
/// Where a request is in progress, the next one ends the connection. Ends also those that have sent nothing for too long, where Kestrel does not.
/// </summary>
internal sealed class IdleSweeper
{
    private const int SweepsToEnd = 2;

    private readonly IReadOnlyList<ListenerGate> _gates;
    private readonly NodeClock _clock;

    public IdleSweeper(IReadOnlyList<ListenerGate> gates, NodeClock clock)
    {
        _gates = gates;
        _clock = clock;
    }

    /// <summary>How often to look at all connections.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Looks at all connections. One thread at a time.</summary>
    public void Sweep()
    {
        var now = _clock.Now;
        foreach (var gate in _gates)
        {
            gate.Store.Connections.ForEach((gate, now), static (connection, look) => Look(connection, look.gate, look.now));
        }
    }

    private static void Look(ConnectionFeature connection, ListenerGate gate, long now)
    {
        connection.Plain?.EndIfIdle(now, PublicServer.KeepAlive.Ticks);
        if (connection.SilentSince is > 0 and var since && now - since >= PrefaceStage.Patience.Ticks)
        {
            connection.Transport.Abort(new ConnectionAbortedException("silent"));
        }

        if (!connection.IsIdle || !gate.IsBlacklisted(connection.Peer))
        {
            connection.IdleSweeps = 0;
        }
        else if (++connection.IdleSweeps >= SweepsToEnd && (!TcpProgress.TryRead(connection.Socket, out var progress) || progress.Pending == 0))
        {
            // Found idle twice: what the last response still had in the node's buffers is on its way, and a reset cuts nothing off.
            connection.IdleSweeps = int.MinValue;
            gate.Store.CountDropped(DropReason.Blacklisted);
            connection.Reset();
        }
    }
}
