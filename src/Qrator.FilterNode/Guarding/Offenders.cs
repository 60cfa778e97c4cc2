using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Guarding;

/// <summary>
/// Counts violations of the protocol: once a connection, by listener for the metrics, and by client for the services that list offenders.
/// Safe for any number of threads.
/// </summary>
internal sealed class Offenders
{
    private readonly ConfigurationDoor _door;
    private readonly NodeClock _clock;
    private readonly IReadOnlyList<ListenerStore> _listeners;

    public Offenders(ConfigurationDoor door, NodeClock clock, IReadOnlyList<ListenerStore> listeners)
    {
        _door = door;
        _clock = clock;
        _listeners = listeners;
    }

    /// <summary>Takes note of a violation that ends its connection; later ones on the same connection are not counted.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="violation">What was wrong.</param>
    /// <param name="service">The service of the request; null when it had not got so far, which is a matter of all services of the listener.</param>
    public void Report(ConnectionFeature connection, Violation violation, ServiceSnapshot? service = null)
    {
        if (!connection.TryBlame(violation))
        {
            return;
        }

        _listeners[connection.Listener].CountViolation(violation);
        var node = _door.Current;
        var minding = node.Listeners[connection.Listener].MindingOffences;
        if (minding.Count == 0 || node.TrustedProxies.Contains(connection.Peer))
        {
            // A trusted proxy speaks for many; who of them broke the protocol cannot be told.
            return;
        }

        var client = node.Identity.Of(connection.Peer);
        foreach (var minds in minding)
        {
            if (service is null || minds.Name == service.Name)
            {
                minds.CountOffence(client, violation, RequestId.New(), _clock.Now);
            }
        }
    }

    /// <summary>Takes note of a violation and resets the connection.</summary>
    public void Cut(ConnectionFeature connection, Violation violation, DropReason reason)
    {
        Report(connection, violation, connection.Service);
        _listeners[connection.Listener].CountDropped(reason);
        connection.Reset();
    }
}
