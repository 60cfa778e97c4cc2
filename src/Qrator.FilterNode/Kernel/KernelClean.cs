namespace Qrator.FilterNode.Kernel;

/// <summary>The command <c>--kernel-clean</c>: removes the table that a node has left in the kernel.</summary>
internal static class KernelClean
{
    private const int Removed = 0;
    private const int CannotRemove = 1;

    /// <summary>Returns the exit code: 0 when the table is gone, also when there was none.</summary>
    public static async Task<int> RunAsync(Nft nft)
    {
        try
        {
            await nft.ApplyAsync(KernelScript.Clean);
            Console.Out.WriteLine($"{KernelScript.Table} is gone");
            return Removed;
        }
        catch (KernelException problem)
        {
            Console.Error.WriteLine($"{KernelScript.Table} cannot be removed: {problem.Message}; {problem.Remedy}");
            return CannotRemove;
        }
    }
}
