using System.Net;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>One entry of <c>Listeners</c>.</summary>
public sealed record ListenerConfig
{
    /// <summary>Where to listen.</summary>
    [Setting("Address and port to listen on.", Required = true, Remedy = "address:port, such as 0.0.0.0:8080")]
    public ListenAddress Address { get; init; } = new(new IPEndPoint(IPAddress.Any, 0));

    /// <summary>Whether visitors speak TLS here.</summary>
    [Setting("Whether visitors speak TLS here, with the certificates of the services. A change needs a restart.")]
    public bool Tls { get; init; }

    /// <summary>The services reachable here.</summary>
    [Setting("The services reachable on this listener; all when left out.")]
    public IReadOnlyList<string>? Services { get; init; }

    /// <summary>Whether a service is reachable here, by its name in any case.</summary>
    public bool Reaches(string service) => Services is null || Services.Contains(service, StringComparer.OrdinalIgnoreCase);
}
