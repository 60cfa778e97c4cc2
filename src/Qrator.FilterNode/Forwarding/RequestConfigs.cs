using System.Collections.Concurrent;
using System.Net;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Origins;
using Yarp.ReverseProxy.Forwarder;

namespace Qrator.FilterNode.Forwarding;

/// <summary>The forwarder's settings for a request. Safe for any number of threads.</summary>
internal static class RequestConfigs
{
    private static readonly ConcurrentDictionary<(TimeSpan Silence, OriginProtocol Protocol), ForwarderRequestConfig> Timed = new();
    private static readonly ForwarderRequestConfig Http1 = Make(Timeout.InfiniteTimeSpan, OriginProtocol.Http1);
    private static readonly ForwarderRequestConfig Http2 = Make(Timeout.InfiniteTimeSpan, OriginProtocol.Http2);

    /// <summary>For a request whose times the exchange watches: the forwarder's own timer counts connecting and the client's slowness too.</summary>
    public static ForwarderRequestConfig Watched(OriginProtocol protocol) => protocol == OriginProtocol.Http2 ? Http2 : Http1;

    /// <summary>
    /// For a gRPC call over HTTP/2, which either side may leave silent: bytes in either direction set the forwarder's timer back. It also
    /// runs while the node connects, hence the sum.
    /// </summary>
    public static ForwarderRequestConfig TwoWay(TimeoutsConfig timeouts, OriginProtocol protocol) =>
        Timed.GetOrAdd((timeouts.Connect + timeouts.Response, protocol), static key => Make(key.Silence, key.Protocol));

    private static ForwarderRequestConfig Make(TimeSpan silence, OriginProtocol protocol) => new()
    {
        ActivityTimeout = silence,
        Version = protocol == OriginProtocol.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        AllowResponseBuffering = false,
    };
}
