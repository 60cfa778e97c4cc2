namespace Qrator.FilterNode.Kernel;

/// <summary>The kernel set cannot be read or written.</summary>
internal sealed class KernelException : Exception
{
    public KernelException(KernelTrouble trouble, string message)
        : base(message) => Trouble = trouble;

    public KernelTrouble Trouble { get; }

    /// <summary>What to do about it, for the operator.</summary>
    public string Remedy => Trouble switch
    {
        KernelTrouble.Missing => "install nftables, so that nft is in the PATH of the node",
        KernelTrouble.Rights => "give the node the capability CAP_NET_ADMIN (systemd: AmbientCapabilities=CAP_NET_ADMIN)",
        KernelTrouble.Timeout => "see whether the machine is overloaded, or another program holds the packet filter",
        _ => "see whether another program changes the table inet filternode; the node writes all of it anew",
    };
}
