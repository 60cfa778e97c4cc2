using System.Net;
using System.Text;
using Qrator.FilterNode.Forwarding.Http1;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// What speaks to one origin: connections for plain HTTP/1.1, and an HTTP client with a pool of its own for what is more than that. Safe for any
/// number of threads.
/// </summary>
internal sealed class OriginClient
{
    // Below the keep-alive of the usual origins (nginx 75 s, Apache 5 s at the shortest), so that a request rarely meets a connection that is closing.
    private static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(4);

    private readonly OriginTls? _tls;
    private readonly OriginProtocol _protocol;
    private readonly TimeSpan _connect;
    private readonly Lazy<HttpMessageInvoker> _invoker;

    public OriginClient(OriginSnapshot origin, TimeSpan connect, NodeClock clock, TimeProvider time)
    {
        _tls = origin.Tls;
        _protocol = origin.Protocol;
        _connect = connect;
        Pool = new(new OriginConnector(origin, connect, clock, time), clock, time);
        var connector = new OriginConnector(origin, connect, clock, time, isFair: true);
        _invoker = new(() => new(origin.Protocol == OriginProtocol.Http2 ? MakeShared(connector, connect, time) : MakeOwn(connector)));
    }

    /// <summary>Connections for requests that need nothing but HTTP/1.1.</summary>
    public OriginPool Pool { get; }

    /// <summary>For all other requests.</summary>
    public HttpMessageInvoker Invoker => _invoker.Value;

    /// <summary>Whether it was made with these settings.</summary>
    public bool Fits(OriginSnapshot origin, TimeSpan connect) => _connect == connect && _tls == origin.Tls && _protocol == origin.Protocol;

    private static BodyFlushHandler MakeOwn(OriginConnector connector) => new(Make(connector.ConnectAsync));

    private static ConnectWaitHandler MakeShared(OriginConnector connector, TimeSpan connect, TimeProvider time)
    {
        var waits = new ConnectWaits(connector);
        return new(new BodyFlushHandler(Make(waits.ConnectAsync)), waits, connect, time);
    }

    private static SocketsHttpHandler Make(Func<CancellationToken, ValueTask<OriginSocket>> connect) =>
        new()
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = IdleConnection,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = async (_, cancelled) => (await connect(cancelled)).Stream,
            EnableMultipleHttp2Connections = true,
            RequestHeaderEncodingSelector = WriteHeader,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            MaxResponseHeadersLength = 128,
        };

    // The one moment at which the HTTP client tells that the request has a connection: it asks for the encoding of each header that it
    // writes there, and this header is always among them.
    private static Encoding WriteHeader(string name, HttpRequestMessage request)
    {
        if (name == OriginHeaders.RequestId && request.Options.TryGetValue(OriginExchange.Key, out var exchange))
        {
            exchange.Sent(bodyFollows: request.Content is FlushedContent);
            if (request.Options.TryGetValue(ConnectWait.Key, out var wait))
            {
                wait.End();
            }
        }

        return Encoding.Latin1;
    }
}
