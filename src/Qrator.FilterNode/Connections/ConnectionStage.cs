using Microsoft.AspNetCore.Connections;

namespace Qrator.FilterNode.Connections;

/// <summary>The life of a connection that was let in: it is open until everything behind this stage is over, then gives back what it took.</summary>
internal sealed class ConnectionStage
{
    private readonly ConnectionDelegate _next;
    private readonly ListenerStore _store;
    private readonly LingeringClose _closing;

    public ConnectionStage(ConnectionDelegate next, ListenerStore store, LingeringClose closing)
    {
        _next = next;
        _store = store;
        _closing = closing;
    }

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        var feature = connection.Features.Get<ConnectionFeature>()!;
        var input = connection.Transport.Input;
        _store.Opened(feature);
        try
        {
            using var leaving = connection.ConnectionClosed.UnsafeRegister(static presence => ((ClientPresence)presence!).Leaves(), feature.Presence);
            await _next(connection);
            await _closing.EndAsync(connection, feature, input);
        }
        finally
        {
            _store.Closed(feature);
            feature.Meter?.Close();
            feature.Lease.Dispose();
        }
    }
}
