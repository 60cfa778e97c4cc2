using System.Net;
using System.Text;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Forwarding;

/// <summary>The HTTP client for one origin, with its pool of connections. Safe for any number of threads.</summary>
internal sealed class OriginClient
{
    // Below the keep-alive of the usual origins (nginx 75 s, Apache 5 s at the shortest), so that a request rarely meets a connection that is closing.
    private static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(4);

    private readonly OriginTls? _tls;
    private readonly TimeSpan _connect;

    public OriginClient(OriginSnapshot origin, TimeSpan connect, NodeClock clock, TimeProvider time)
    {
        _tls = origin.Tls;
        _connect = connect;
        var connector = new OriginConnector(origin, connect, clock, time);
        Invoker = new(new BodyFlushHandler(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = IdleConnection,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = (_, cancelled) => connector.ConnectAsync(cancelled),
            RequestHeaderEncodingSelector = WriteHeader,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            MaxResponseHeadersLength = 128,
        }));
    }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>Whether it was made with these settings.</summary>
    public bool Fits(OriginSnapshot origin, TimeSpan connect) => _connect == connect && _tls == origin.Tls;

    // The one moment at which the HTTP client tells that the request has a connection: it asks for the encoding of each header that it
    // writes there, and this header is always among them.
    private static Encoding WriteHeader(string name, HttpRequestMessage request)
    {
        if (name == OriginTransformer.RequestIdHeader && request.Options.TryGetValue(OriginExchange.Key, out var exchange))
        {
            exchange.Sent(bodyFollows: request.Content is FlushedContent);
        }

        return Encoding.Latin1;
    }
}
