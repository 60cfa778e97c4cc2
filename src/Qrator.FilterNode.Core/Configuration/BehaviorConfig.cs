using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Behavior</c> of a service.</summary>
public sealed record BehaviorConfig
{
    /// <summary>Whether detection acts; null for Shadow in the first 24 hours of the service and then On.</summary>
    [Setting("Off: no detection, and what it listed ends. Shadow: learn, judge, count and say in the log what it would do; list nobody. On: list clients during an attack. Where nothing is set: Shadow for the first 24 hours of the service, then On.")]
    public BehaviorMode? Mode { get; init; }

    /// <summary>Whether rules about status and duration rest while the origin is ill.</summary>
    [Setting("Whether user rules that look at Status or Duration list nobody while the origin fails or is slow for all clients alike; in every mode.")]
    public bool OriginGuard { get; init; } = true;

    /// <summary>Limits for each client that need no learning.</summary>
    [Setting("Limits for each client that hold at all times, without learning. 0 is off.")]
    public BehaviorLimitsConfig Limits { get; init; } = new();

    /// <summary>Load below which there is no attack.</summary>
    [Setting("Load below which nothing is taken for an attack; in the first minutes of the service it stands for the usual load.")]
    public BehaviorFloorsConfig Floors { get; init; } = new();

    /// <summary>How long clients stay listed.</summary>
    [Setting("How long a client stays on the blacklist, by what it was listed for. A client that offends again within 24 hours stays twice as long, up to 8 hours.")]
    public BehaviorTtlConfig Ttl { get; init; } = new();
}
