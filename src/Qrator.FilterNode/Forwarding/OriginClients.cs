using System.Runtime.CompilerServices;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// The HTTP clients of the origins, kept over reloads as long as the settings for their connections stay, so that a reload does not close
/// connections. Each goes with the store of its origin. Safe for any number of threads.
/// </summary>
internal sealed class OriginClients
{
    private readonly ConditionalWeakTable<OriginStore, OriginClient> _clients = [];
    private readonly NodeClock _clock;
    private readonly TimeProvider _time;

    public OriginClients(NodeClock clock, TimeProvider time)
    {
        _clock = clock;
        _time = time;
    }

    /// <summary>The client for an origin as the configuration in force has it.</summary>
    public OriginClient For(OriginSnapshot origin, TimeSpan connect) =>
        _clients.TryGetValue(origin.Store, out var client) && client.Fits(origin, connect) ? client : Make(origin, connect);

    private OriginClient Make(OriginSnapshot origin, TimeSpan connect)
    {
        lock (_clients)
        {
            if (!_clients.TryGetValue(origin.Store, out var client) || !client.Fits(origin, connect))
            {
                // The one before ends with its last request.
                client?.Pool.Retire();
                client = new(origin, connect, _clock, _time);
                _clients.AddOrUpdate(origin.Store, client);
            }

            return client;
        }
    }
}
