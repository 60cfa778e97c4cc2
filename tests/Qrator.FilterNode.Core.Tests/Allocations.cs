namespace Qrator.FilterNode;

/// <summary>Measures what a piece of code allocates on its own thread; other threads do not disturb it.</summary>
internal static class Allocations
{
    private const int Times = 200;

    /// <summary>The bytes that 200 calls allocate, after calls enough for everything that is made once.</summary>
    public static long Of<T>(Func<T> action)
    {
        Repeat(action);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(action);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Repeat<T>(Func<T> action)
    {
        for (var i = 0; i < Times; i++)
        {
            action();
        }
    }
}
