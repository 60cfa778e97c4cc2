using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Behavior</c> of the node.</summary>
public sealed record NodeBehaviorConfig
{
    /// <summary>Memory for all services together.</summary>
    [Setting("Megabytes for the detection of all services together, shared equally by those that use it.", Min = "1", Max = "65536")]
    public int MemoryMegabytes { get; init; } = 64;

    /// <summary>How much may be listed.</summary>
    [Setting("How much detection may list; beyond it clients are counted and reported and not listed.")]
    public BehaviorBudgetConfig Budget { get; init; } = new();

    /// <summary>Who the search engines are.</summary>
    [Setting("Search engines, which detection does not list: clients that call themselves one and whose address is theirs by reverse and forward DNS.")]
    public SearchEnginesConfig SearchEngines { get; init; } = new();
}
