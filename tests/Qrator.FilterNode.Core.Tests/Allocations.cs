namespace Qrator.FilterNode;

/// <summary>Measures what a piece of code allocates on its own thread; other threads do not disturb it.</summary>
internal static class Allocations
{
    private const int Times = 200;
    private const int Tries = 10;

    /// <summary>The bytes that 200 calls allocate, after calls enough for everything that is made once.</summary>
    public static long Of<T>(Func<T> action) => OfOne(() => Repeat(action));

    /// <summary>
    /// The bytes that one call allocates, after one for everything that is made once. The least of some tries: a collection that falls into one counts what
    /// it takes from the thread's own piece of memory as allocated.
    /// </summary>
    public static long OfOne(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var i = 0; i < Tries && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static void Repeat<T>(Func<T> action)
    {
        for (var i = 0; i < Times; i++)
        {
            action();
        }
    }
}
