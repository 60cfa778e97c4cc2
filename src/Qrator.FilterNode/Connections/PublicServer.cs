using Microsoft.AspNetCore.Server.Kestrel.Core;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Offences;

namespace Qrator.FilterNode.Connections;

/// <summary>The settings of Kestrel on public addresses, and the way of a connection through it.</summary>
internal static class PublicServer
{
    private static readonly TimeSpan HeaderPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);

    // Browsers send up to 4 KB for each of many cookies; nginx and Apache take no more in all than this.
    private const int HeadersBytes = 65_536;

    /// <summary>How long a connection may wait for its next request.</summary>
    public static TimeSpan KeepAlive { get; } = TimeSpan.FromSeconds(75);

    public static void Configure(
        KestrelServerOptions kestrel,
        IReadOnlyList<ListenerConfig> listeners,
        IReadOnlyList<ListenerGate> gates,
        ConfigurationDoor door)
    {
        // A bare LF as line end is how requests are smuggled past one of two parsers (RFC 9112, section 2.2).
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.RequestHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
        var limits = kestrel.Limits;
        limits.RequestHeadersTimeout = HeaderPatience;
        limits.KeepAliveTimeout = KeepAlive;
        limits.MaxRequestBodySize = null;
        limits.MaxRequestHeadersTotalSize = HeadersBytes;

        // From the first byte on; who stops after a fast beginning is for the guard.
        limits.MinRequestBodyDataRate = new(PeerPace.LowestRate, BodyGrace);

        // Who does not take the response is for the guard, which counts it.
        limits.MinResponseDataRate = null;
        limits.MaxConcurrentConnections = null;
        limits.Http2.MaxStreamsPerConnection = 100;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        for (var i = 0; i < listeners.Count; i++)
        {
            var (index, gate, tls) = (i, gates[i], listeners[i].Tls);
            kestrel.Listen(new ListenerEndPoint(listeners[i].Address.EndPoint, i), options =>
            {
                var reception = options.ApplicationServices.GetRequiredService<Receptions>()[index];
                options.Protocols = HttpProtocols.Http1AndHttp2;
                options.Use(next => connection => reception.ServeInKestrelAsync(connection, next));
                if (tls)
                {
                    TlsStage.Use(options, door, gate.Store);
                    options.Use(next => connection => reception.ServeSecuredAsync(connection, next));
                }

                options.Use(static next => connection =>
                {
                    HttpEntry.GoOn(connection);
                    return next(connection);
                });
            });
        }
    }
}
