using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Origins;

namespace Qrator.FilterNode.Configuration;

/// <summary>One entry of <c>Services</c>.</summary>
public sealed record ServiceConfig
{
    /// <summary>The names the service answers to.</summary>
    [Setting("Host names: exact, *.name for everything below a name, or * for all others.", Required = true, Remedy = "at least one host name, such as [\"shop.example\"]")]
    public IReadOnlyList<HostPattern> Hosts { get; init; } = [];

    /// <summary>Where requests go.</summary>
    [Setting("The customer's web servers, 1 to 16.", Required = true, MaxItems = 16, Noun = "addresses", Remedy = "1 to 16 addresses, such as [\"203.0.113.10:80\"]")]
    public IReadOnlyList<OriginAddress> Origins { get; init; } = [];

    /// <summary>How origins are chosen.</summary>
    [Setting("How an origin is chosen for a request: each in turn, always the same for the same client, or the one with the fewest requests in flight.")]
    public OriginBalancing Balancing { get; init; } = OriginBalancing.RoundRobin;

    /// <summary>What is spoken to origins.</summary>
    [Setting("What the node speaks to origins. Http2 is for gRPC, and asks for origins that speak it: https:// ones offer it in the handshake (ALPN h2), others take it with prior knowledge (h2c).")]
    public OriginProtocol OriginProtocol { get; init; } = OriginProtocol.Http1;

    /// <summary>TLS to origins.</summary>
    [Setting("How the node speaks TLS to https:// origins.")]
    public OriginTlsConfig OriginTls { get; init; } = new();

    /// <summary>How long to wait for origins.</summary>
    [Setting("How long to wait for an origin.")]
    public TimeoutsConfig Timeouts { get; init; } = new();

    /// <summary>Bytes of request bodies in flight.</summary>
    [Setting("Bytes of request bodies in flight at once, all requests of the service together; what would go over it gets 413. Left out: only Limits:InFlightBodyBytes counts.", Min = "1", Max = "1099511627776")]
    public long? InFlightBodyBytes { get; init; }

    /// <summary>The customer's own error pages.</summary>
    [Setting("Pages in place of the node's own, by status code.")]
    public ErrorPagesConfig ErrorPages { get; init; } = new();

    /// <summary>The answer to everybody while the site is worked on.</summary>
    [Setting("A page or a redirect for every visitor while the site is being worked on.")]
    public MaintenanceConfig Maintenance { get; init; } = new();

    /// <summary>Whether blacklisted clients are refused at accept.</summary>
    [Setting("Whether a client that is blacklisted for every service of a listener is refused as soon as it connects. Auto: unless this service has a whitelist rule that looks at the request alone, which could still save the client. One service that does not agree keeps it off for its listeners.")]
    public EarlyDropMode EarlyDrop { get; init; } = EarlyDropMode.Auto;

    /// <summary>What the service shows on listeners with TLS.</summary>
    [Setting("The certificate for listeners with Tls. Without one the service is not reachable there.")]
    public CertificateConfig? Certificate { get; init; }

    /// <summary>Addresses that no filter touches.</summary>
    [Setting("Addresses that no filter applies to. Single addresses only.")]
    public IReadOnlyList<SingleAddress> Whitelist { get; init; } = [];

    /// <summary>Addresses and subnets that are always dropped.</summary>
    [Setting("Addresses and subnets (IPv4 /8 or longer, IPv6 /19 or longer) that are always dropped.")]
    public IReadOnlyList<NetworkPrefix> Blacklist { get; init; } = [];

    /// <summary>Rules over User-Agent and Referer.</summary>
    [Setting("Rules over the headers User-Agent and Referer.")]
    public HeaderFilterConfig HeaderFilter { get; init; } = new();

    /// <summary>Countries that may come in, or may not.</summary>
    [Setting("Countries that may come in, or may not. Needs GeoIp:Database. Off unless given.")]
    public GeoFilterConfig? GeoFilter { get; init; }

    /// <summary>What becomes of clients that break the protocol.</summary>
    [Setting("Clients that break the protocol again and again. Off unless given.")]
    public OffencesConfig? Offences { get; init; }

    /// <summary>Rules over requests and responses.</summary>
    [Setting("Rules over requests and the origin's responses.")]
    public UserRulesConfig UserRules { get; init; } = new();

    /// <summary>Automatic detection of attacks.</summary>
    [Setting("Automatic detection of attacks by the behaviour of clients.")]
    public BehaviorConfig Behavior { get; init; } = new();
}
