using System.Globalization;
using System.Runtime.InteropServices;

namespace Qrator.FilterNode.Behavior.History;

public sealed class HugePagesTests : IDisposable
{
    private const int Page = 4096;

    // More than the system's allocator ever gives from memory that others had before.
    private const int Length = 40 << 20;

    private readonly nint _memory = Marshal.AllocHGlobal(Length);

    private nuint FirstPage => ((nuint)_memory + Page - 1) / Page * Page;

    [Fact]
    public void Large_pages_are_asked_for_the_whole_pages_of_the_memory_alone()
    {
        HugePages.Ask(FirstPage + 100, Length - (4 * Page));

        IsAsked(FirstPage).ShouldBeFalse();
        IsAsked(FirstPage + Page).ShouldBeTrue();
        IsAsked(FirstPage + Length - (5 * Page)).ShouldBeTrue();
        IsAsked(FirstPage + Length - (3 * Page)).ShouldBeFalse();
    }

    [Fact]
    public void Less_than_a_page_asks_for_nothing()
    {
        HugePages.Ask(FirstPage + 1, Page);
        IsAsked(FirstPage).ShouldBeFalse();
        IsAsked(FirstPage + Page).ShouldBeFalse();
    }

    public void Dispose() => Marshal.FreeHGlobal(_memory);

    // What Linux says of its mappings (proc_pid_smaps(5)): "hg" among the flags of the one that holds the address.
    private static bool IsAsked(nuint address)
    {
        var holds = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            var range = line.Split(' ')[0].Split('-');
            if (range.Length == 2 && ulong.TryParse(range[0], NumberStyles.HexNumber, null, out var from) && ulong.TryParse(range[1], NumberStyles.HexNumber, null, out var to))
            {
                holds = address >= from && address < to;
            }
            else if (holds && line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                return line.Split(' ').Contains("hg");
            }
        }

        return false;
    }
}
