using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Guarding;

/// <summary>
/// Resets connections whose client does not read its response, or stops in the middle of a request body: within 15 seconds. Each connection
/// is looked at every third second, which costs one system call as long as its client has not taken all that was written.
/// </summary>
internal sealed class SlowPeerSweeper
{
    private const int Parts = 3;

    private readonly IReadOnlyList<ListenerStore> _listeners;
    private readonly Offenders _offenders;
    private readonly NodeClock _clock;
    private int _part;

    public SlowPeerSweeper(IReadOnlyList<ListenerStore> listeners, Offenders offenders, NodeClock clock)
    {
        _listeners = listeners;
        _offenders = offenders;
        _clock = clock;
    }

    /// <summary>How often to look at the next part of the connections.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Looks at the next part. One thread at a time.</summary>
    public void Sweep()
    {
        _part = (_part + 1) % Parts;
        foreach (var listener in _listeners)
        {
            listener.Connections.ForEach(this, static (connection, sweeper) => sweeper.Look(connection));
        }
    }

    private void Look(ConnectionFeature connection)
    {
        if (connection.Place % Parts != _part)
        {
            return;
        }

        var now = _clock.Now;
        if (connection.Guard?.IsSlow(now) == true)
        {
            _offenders.Cut(connection, Violation.SlowBody, DropReason.SlowBody);
        }
        else if (IsGrantingSlowly(connection, now))
        {
            _offenders.Cut(connection, Violation.SlowReader, DropReason.SlowReader);
        }
        else if (IsReadingSlowly(connection, now))
        {
            _offenders.Cut(connection, Violation.SlowReader, DropReason.SlowReader);
        }
    }

    // The system is asked for as long as the client may owe something; most connections have nothing to do most of the time.
    private static bool IsReadingSlowly(ConnectionFeature connection, long now)
    {
        var written = connection.Written;
        if (written == connection.Taken || !TcpProgress.TryRead(connection.Socket, out var progress))
        {
            return false;
        }

        if (progress.Pending == 0 && progress.Acknowledged >= written)
        {
            connection.Taken = written;
        }

        return connection.Reading.IsTooSlow(now, progress.Acknowledged, progress.Pending);
    }

    // On HTTP/2 the socket may be ready for more, and yet nothing may be sent but what the windows of the client have room for.
    private static bool IsGrantingSlowly(ConnectionFeature connection, long now) =>
        connection is { Streams: { } streams, Meter: { } meter } && streams.IsSlow(now, meter.Sent);
}
