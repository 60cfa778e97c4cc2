using System.Runtime.InteropServices;

namespace Qrator.FilterNode.Behavior.History;

/// <summary>Memory of which a little is needed here and there: with large pages the processor finds where it lies without looking that up in memory too.</summary>
internal static partial class HugePages
{
    // madvise(2): MADV_HUGEPAGE
    private const int Huge = 14;
    private const nuint Page = 4096;

    /// <summary>Asks the system for large pages (2 MB on x86-64) where it has them. Not granting them is no failure.</summary>
    /// <param name="start">The first byte; memory that stays where it is.</param>
    /// <param name="bytes">How many.</param>
    public static void Ask(nuint start, long bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            // Whole pages only, so that nothing beside the memory is asked for.
            var first = (start + Page - 1) & ~(Page - 1);
            var end = (start + (nuint)bytes) & ~(Page - 1);
            if (end > first)
            {
                _ = Advise(first, end - first, Huge);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);
}
