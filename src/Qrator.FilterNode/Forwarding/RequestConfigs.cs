using System.Collections.Concurrent;
using System.Net;
using Qrator.FilterNode.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Qrator.FilterNode.Forwarding;

/// <summary>The forwarder's settings for a request, made once for each set of timeouts. Safe for any number of threads.</summary>
internal static class RequestConfigs
{
    private static readonly ConcurrentDictionary<TimeoutsConfig, ForwarderRequestConfig> Made = new();

    public static ForwarderRequestConfig For(TimeoutsConfig timeouts) => Made.GetOrAdd(timeouts, static t => new()
    {
        ActivityTimeout = t.Response,
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        AllowResponseBuffering = false,
    });
}
