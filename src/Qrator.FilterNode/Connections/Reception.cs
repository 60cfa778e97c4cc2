using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// The life of the connections of one listener that were let in: each is open until everything is over, then gives back what it took. As long as the requests of
/// a connection are plain ones it is served here, by the loops, and Kestrel knows nothing of it. Safe for any number of threads.
/// </summary>
internal sealed partial class Reception
{
    // Requests that are cut find their end at once; this is for a defect.
    private static readonly TimeSpan CutPatience = TimeSpan.FromSeconds(5);

    private readonly ListenerStore _store;
    private readonly ProxyProtocolStage _proxyProtocol;
    private readonly HttpEntry _entry;
    private readonly LingeringClose _closing;
    private readonly bool _isSecure;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _allServed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Those served here, and one for the listener.
    private int _served = 1;

    /// <param name="gate">Who may come in.</param>
    /// <param name="isSecure">Whether connections begin with TLS, which is left to Kestrel.</param>
    /// <param name="entry">How their HTTP begins.</param>
    /// <param name="closing">How they end.</param>
    /// <param name="time">For patience.</param>
    /// <param name="logger">For defects.</param>
    public Reception(ListenerGate gate, bool isSecure, HttpEntry entry, LingeringClose closing, TimeProvider time, ILogger<Reception> logger)
    {
        _store = gate.Store;
        _proxyProtocol = new(gate, time);
        _entry = entry;
        _closing = closing;
        _isSecure = isSecure;
        _time = time;
        _logger = logger;
    }

    /// <summary>Serves a connection until it ends or goes to Kestrel.</summary>
    /// <param name="feature">What the node knows of the connection.</param>
    /// <param name="kestrel">What Kestrel takes connections from.</param>
    public async Task ServeAsync(ConnectionFeature feature, ChannelWriter<ConnectionContext> kestrel)
    {
        var connection = feature.Transport;
        Interlocked.Increment(ref _served);
        _store.Opened(feature);
        var goesToKestrel = false;
        try
        {
            goesToKestrel = await _proxyProtocol.PassAsync(connection, feature)
                && (_isSecure || (await _entry.OpenAsync(connection, feature) && await _entry.ServeAsync(connection, feature)))
                && kestrel.TryWrite(connection);
            if (!goesToKestrel)
            {
                await _closing.EndAsync(feature);
            }
        }
        catch (Exception exception)
        {
            LogDefect(exception.GetType().Name);
        }

        if (!goesToKestrel)
        {
            Closed(feature);
            await connection.DisposeAsync();
        }

        IsServed();
    }

    /// <summary>The rest of the life of a connection that has come to Kestrel.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="next">What Kestrel does with it.</param>
    public async Task ServeInKestrelAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var feature = connection.Features.Get<ConnectionFeature>()!;
        try
        {
            feature.GoesToKestrel(connection.Features.Get<IConnectionLifetimeNotificationFeature>()!);
            await next(connection);
            await _closing.EndAsync(feature);
        }
        finally
        {
            Closed(feature);
        }
    }

    /// <summary>Serves a connection that has come out of TLS, until it ends or its first request that is no plain one.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="next">What Kestrel does with it then.</param>
    public async Task ServeSecuredAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var feature = connection.Features.Get<ConnectionFeature>()!;
        if (await _entry.OpenAsync(connection, feature) && await _entry.ServeAsync(connection, feature))
        {
            await next(connection);
        }
    }

    /// <summary>Lets all connections of the listener end with what is in progress on them, and waits for those that are served here. To be called once.</summary>
    /// <param name="hurry">Cuts what is left then.</param>
    public async Task StopAsync(CancellationToken hurry)
    {
        _store.Connections.Stop();
        IsServed();
        await _allServed.Task.WaitAsync(hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_allServed.Task.IsCompleted)
        {
            _store.Connections.ForEach(0, static (feature, _) => feature.Transport.Abort(new ConnectionAbortedException("the node stops")));
            await _allServed.Task.WaitAsync(CutPatience, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Closed(ConnectionFeature feature)
    {
        _entry.Forget(feature);
        _store.Closed(feature);
        feature.Meter?.Close();
        feature.Lease.Dispose();
    }

    private void IsServed()
    {
        if (Interlocked.Decrement(ref _served) == 0)
        {
            _allServed.TrySetResult();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "a defect of the node ended a connection: {Defect}")]
    private partial void LogDefect(string defect);
}
