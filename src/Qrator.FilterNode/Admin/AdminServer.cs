using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Qrator.FilterNode.Admin.Api;

namespace Qrator.FilterNode.Admin;

/// <summary>The settings of Kestrel on the admin address: a caller that is slow, silent or too long is cut, and there can be only so many.</summary>
internal static class AdminServer
{
    private const int MostConnections = 512;

    private static readonly TimeSpan HeaderPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(75);
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 1_024, gracePeriod: TimeSpan.FromSeconds(10));

    public static void Configure(KestrelServerOptions kestrel, IPEndPoint address)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        var limits = kestrel.Limits;
        limits.RequestHeadersTimeout = HeaderPatience;
        limits.KeepAliveTimeout = KeepAlive;
        limits.MaxRequestBodySize = ApiBody.Longest;
        limits.MinRequestBodyDataRate = SlowestBody;
        limits.MinResponseDataRate = SlowestBody;
        limits.MaxConcurrentConnections = MostConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        kestrel.Listen(address, options => options.Protocols = HttpProtocols.Http1);
    }
}
