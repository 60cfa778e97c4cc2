using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Behavior:Floors</c> of a service.</summary>
public sealed record BehaviorFloorsConfig
{
    /// <summary>Requests a second.</summary>
    [Setting("Requests a second of the whole service.", Min = "1", Max = "1000000")]
    public double RequestsPerSecond { get; init; } = 50;

    /// <summary>Requests in flight.</summary>
    [Setting("Requests of the whole service that are in flight at the same time.", Min = "1", Max = "1000000")]
    public double Concurrent { get; init; } = 10;

    /// <summary>Errors a second.</summary>
    [Setting("Answers of 400 and above a second, of the whole service.", Min = "1", Max = "1000000")]
    public double ErrorsPerSecond { get; init; } = 10;
}
