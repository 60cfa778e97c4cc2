using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Kernel</c>.</summary>
public sealed record KernelConfig
{
    /// <summary>Whether the kernel drops for the node.</summary>
    [Setting("Whether clients that keep connecting although they are blacklisted for every service of a listener are dropped in the Linux kernel (nftables, table inet filternode), where they cost the node nothing. Needs the program nft and the capability CAP_NET_ADMIN; without them the node refuses these clients itself. One node in a network namespace may have it.")]
    public bool Enabled { get; init; }

    /// <summary>How many refusals are too many.</summary>
    [Setting("Connections of one client that a listener has refused within a minute before the kernel drops that client.", Min = "1", Max = "60000")]
    public int Refusals { get; init; } = 10;

    /// <summary>The bound of the set.</summary>
    [Setting("Clients that the kernel drops at once, over all listeners; further ones are refused by the node and counted.", Min = "1", Max = "500000")]
    public int Entries { get; init; } = 100_000;

    /// <summary>Whether it outlives the node.</summary>
    [Setting("Whether the kernel goes on dropping while the node is stopped, until the entries end. The next start takes out whoever is not listed any more; --kernel-clean removes all of it.")]
    public bool KeepOnStop { get; init; } = true;
}
