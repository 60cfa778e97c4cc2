using System.Collections.Concurrent;
using System.Net;
using Qrator.FilterNode.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Qrator.FilterNode.Forwarding;

/// <summary>The forwarder's settings for a request. Safe for any number of threads.</summary>
internal static class RequestConfigs
{
    private static readonly ConcurrentDictionary<TimeoutsConfig, ForwarderRequestConfig> Upgrades = new();

    /// <summary>For a request whose times the exchange watches: the forwarder's own timer counts connecting and the client's slowness too.</summary>
    public static ForwarderRequestConfig Watched { get; } = Make(Timeout.InfiniteTimeSpan);

    /// <summary>
    /// For a request that may become a WebSocket: bytes in either direction set the forwarder's timer back. It also runs while the node
    /// connects, hence the sum.
    /// </summary>
    public static ForwarderRequestConfig Upgrade(TimeoutsConfig timeouts) => Upgrades.GetOrAdd(timeouts, static t => Make(t.Connect + t.Response));

    private static ForwarderRequestConfig Make(TimeSpan silence) => new()
    {
        ActivityTimeout = silence,
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        AllowResponseBuffering = false,
    };
}
