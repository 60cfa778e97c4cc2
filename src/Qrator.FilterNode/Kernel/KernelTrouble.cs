namespace Qrator.FilterNode.Kernel;

/// <summary>Why the kernel set cannot be kept. The lower-case name is the metric label and the word in the log.</summary>
internal enum KernelTrouble
{
    /// <summary>The program nft is not there.</summary>
    Missing,

    /// <summary>The node may not change the packet filter.</summary>
    Rights,

    /// <summary>nft took too long and was ended.</summary>
    Timeout,

    /// <summary>nft has refused a batch, or somebody has taken the table away.</summary>
    Failed,
}
