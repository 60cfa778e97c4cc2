using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Text;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Forwarding;

/// <summary>
/// HTTP clients for origins, with their pools of connections: one for each set of timeouts, kept over reloads, so that a reload does
/// not close connections. Safe for any number of threads.
/// </summary>
internal sealed class OriginClients
{
    // Below the keep-alive of the usual origins (nginx 75 s, Apache 5 s at the shortest), so that a request rarely meets a connection that is closing.
    private static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<TimeoutsConfig, HttpMessageInvoker> _clients = new();
    private readonly TimeProvider _time;

    public OriginClients(TimeProvider time) => _time = time;

    public HttpMessageInvoker For(TimeoutsConfig timeouts) => _clients.GetOrAdd(timeouts, Make);

    private HttpMessageInvoker Make(TimeoutsConfig timeouts)
    {
        var connector = new OriginConnector(timeouts.Connect, _time);
        return new(new BodyFlushHandler(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = IdleConnection,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = connector.ConnectAsync,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            MaxResponseHeadersLength = 128,
            SslOptions = new SslClientAuthenticationOptions(),
        }));
    }
}
