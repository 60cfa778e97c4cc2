using System.Net;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>DemoOrigin</c>.</summary>
public sealed record DemoOriginConfig
{
    /// <summary>Where to listen.</summary>
    [Setting("Address and port of the demo origin.", Required = true, Remedy = "address:port, such as 127.0.0.1:8081")]
    public ListenAddress Address { get; init; } = new(new IPEndPoint(IPAddress.Loopback, 8081));
}
