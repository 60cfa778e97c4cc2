using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Behavior:Budget</c> of the node; it holds for each service by itself.</summary>
public sealed record BehaviorBudgetConfig
{
    /// <summary>The part of the clients with a calm history that one attack may list, in percent.</summary>
    [Setting("Percent of a service's clients with a calm history that may be listed during one attack.", Min = "0", Max = "100")]
    public double KnownClientsPercent { get; init; } = 5;

    /// <summary>New entries a minute of one kind.</summary>
    [Setting("New entries a minute of one service and one kind (requests, origin-time, errors, group, error-share).", Min = "0", Max = "10000000")]
    public int EntriesPerMinute { get; init; } = 20_000;
}
