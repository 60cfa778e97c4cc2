using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Limits</c>.</summary>
public sealed record LimitsConfig
{
    /// <summary>Open connections of the whole node.</summary>
    [Setting("Connections of visitors open at once, over all listeners; more are reset. A change needs a restart.", Min = "1", Max = "10000000")]
    public int Connections { get; init; } = 50_000;

    /// <summary>Bytes of request bodies in flight.</summary>
    [Setting("Bytes of request bodies in flight at once, all services together; what would go over it gets 413.", Min = "1", Max = "1099511627776")]
    public long InFlightBodyBytes { get; init; } = 1L << 30;

    /// <summary>Entries of one list that filters made.</summary>
    [Setting("Entries that filters may put on one list of one service. When it is full, new automatic entries are refused and counted; manual ones are not.", Min = "1", Max = "50000000")]
    public int ListEntries { get; init; } = 1_000_000;

    /// <summary>Clients that one RateLimit rule limits at once.</summary>
    [Setting("Clients that one RateLimit rule may limit at once; when there are so many, further ones pass and are counted. A change holds for rules that are new.", Min = "1", Max = "10000000")]
    public int LimitedClients { get; init; } = 100_000;
}
