using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>FilterNode</c> as the operator wrote it.</summary>
public sealed record FilterNodeConfig
{
    /// <summary>Where visitors connect.</summary>
    [Setting("The addresses visitors connect to. A change needs a restart.", Required = true, Remedy = "at least one, such as [ { \"Address\": \"0.0.0.0:8080\" } ]")]
    public IReadOnlyList<ListenerConfig> Listeners { get; init; } = [];

    /// <summary>Where operators and Prometheus connect.</summary>
    [Setting("The listener for metrics, health and the API. A change of its address needs a restart.")]
    public AdminConfig Admin { get; init; } = new();

    /// <summary>How an address becomes a client.</summary>
    [Setting("How the visitor's address is found and what counts as one client.")]
    public ClientsConfig Clients { get; init; } = new();

    /// <summary>Where countries come from.</summary>
    [Setting("The database of countries.")]
    public GeoIpConfig GeoIp { get; init; } = new();

    /// <summary>Where the lists are kept over a restart.</summary>
    [Setting("What is kept over a restart.")]
    public StateConfig State { get; init; } = new();

    /// <summary>What the kernel drops for the node.</summary>
    [Setting("What the Linux kernel drops for the node.")]
    public KernelConfig Kernel { get; init; } = new();

    /// <summary>Bounds of the whole node.</summary>
    [Setting("Bounds for the whole node.")]
    public LimitsConfig Limits { get; init; } = new();

    /// <summary>How the node stops.</summary>
    [Setting("How the node stops, and hands over to another on the same port.")]
    public ShutdownConfig Shutdown { get; init; } = new();

    /// <summary>Automatic detection of the whole node.</summary>
    [Setting("Bounds of the automatic detection of attacks, for the whole node.")]
    public NodeBehaviorConfig Behavior { get; init; } = new();

    /// <summary>The log of requests; null when there is none.</summary>
    [Setting("A line for each request. Off unless given.")]
    public AccessLogConfig? AccessLog { get; init; }

    /// <summary>Metrics and traces for a collector; null when there is none.</summary>
    [Setting("Metrics and traces to a collector by OTLP. Off unless given. A change needs a restart.")]
    public TelemetryConfig? Telemetry { get; init; }

    /// <summary>The protected sites by name.</summary>
    [Setting("The protected sites by name. A name is 1 to 64 letters, digits, dots, hyphens and underscores.", Required = true, Remedy = "at least one, such as { \"shop\": { \"Hosts\": [\"*\"], \"Origins\": [\"203.0.113.10:80\"] } }")]
    public IReadOnlyDictionary<string, ServiceConfig> Services { get; init; } = new Dictionary<string, ServiceConfig>();

    /// <summary>A small origin for trying the node out.</summary>
    [Setting("A small web server inside the node's process, to try the node without an origin of your own. Off unless given. A change needs a restart.")]
    public DemoOriginConfig? DemoOrigin { get; init; }
}
