using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Behavior:Limits</c> of a service.</summary>
public sealed record BehaviorLimitsConfig
{
    /// <summary>Requests a second; 0 for no limit.</summary>
    [Setting("Requests a second of one client, as a leaky bucket that holds those of 5 seconds; excess is answered 429. 0 is off.", Min = "0", Max = "100000")]
    public double RequestsPerSecond { get; init; }

    /// <summary>Requests at once; 0 for no limit.</summary>
    [Setting("Requests of one client at the same time; more are answered 429. 0 is off.", Min = "0", Max = "60000")]
    public int Concurrent { get; init; }

    /// <summary>Origin time a second; 0 for no limit.</summary>
    [Setting("Milliseconds a second that the origin may spend on one client, as a leaky bucket that holds those of 5 seconds; while it is fuller, requests are answered 429. 0 is off.", Min = "0", Max = "100000")]
    public double OriginMillisecondsPerSecond { get; init; }

    /// <summary>The part of errors; 0 for no limit.</summary>
    [Setting("The part (0 to 1) of errors among the last 20 to 64 answers to one client, above which it is blacklisted; not while the origin is ill. 0 is off.", Min = "0", Max = "1")]
    public double ErrorShare { get; init; }
}
