using System.Diagnostics;

namespace Qrator.FilterNode.Lists;

/// <summary>Prints what BenchmarkDotNet does not measure: memory an entry, the longest single change, and insertions while many threads read.</summary>
internal static class ListScale
{
    private const int Readers = 16;
    private static readonly long Now = TimeSpan.FromDays(3).Ticks;

    public static void Print()
    {
        Console.WriteLine("| entries | IPv4: B an entry, just filled | B, after half ended | longest Add, ms | 99.999 %, ms | longest sweep step, ms | inserted/s beside 16 readers | look-ups/s |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var entries in (ReadOnlySpan<int>)[1_000, 1_000_000, 5_000_000])
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var list = new ClientList(ListKind.Whitelist, entries);
            var cause = list.CauseOf(ListSource.Header, "rule");
            var adds = new double[entries];
            for (var i = 0u; i < entries; i++)
            {
                var start = Stopwatch.GetTimestamp();
                list.Add(ListClients.IPv4(i), cause, Now, TimeSpan.FromMinutes(i % 2 == 0 ? 5 : 300), out _);
                adds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }

            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before - (adds.Length * sizeof(double));
            var longestSweep = 0.0;
            var later = Now + TimeSpan.FromMinutes(6).Ticks;
            for (var seen = 0; seen < 3 * list.Capacity; seen += 10_000)
            {
                var start = Stopwatch.GetTimestamp();
                list.Sweep(later, 10_000);
                longestSweep = Math.Max(longestSweep, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            var left = GC.GetTotalMemory(forceFullCollection: true) - before - (adds.Length * sizeof(double));
            Array.Sort(adds);
            var (inserted, looked) = InsertBesideReaders(Math.Max(entries, 100_000));
            Console.WriteLine(
                $"| {entries:N0} | {bytes / (double)entries:F1} | {left / (double)list.Count:F1} | {adds[^1]:F2} | {adds[(int)(entries * 0.99999) - 1]:F3} | {longestSweep:F2} | {inserted:N0} | {looked:N0} |");
        }
    }

    private static (double Inserted, double Looked) InsertBesideReaders(int entries)
    {
        var list = new ClientList(ListKind.Blacklist, entries);
        var cause = list.CauseOf(ListSource.Header, "rule");
        var done = false;
        var looked = 0L;
        var readers = Enumerable.Range(0, Readers).Select(reader => Task.Factory.StartNew(
            () =>
            {
                var count = 0L;
                for (var i = (uint)reader * 7_919; !Volatile.Read(ref done); i++, count++)
                {
                    list.Contains(ListClients.Of(i), Now);
                }

                Interlocked.Add(ref looked, count);
            },
            TaskCreationOptions.LongRunning)).ToArray();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0u; i < entries; i++)
        {
            list.Add(ListClients.Of(i), cause, Now, TimeSpan.FromHours(8), out _);
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Volatile.Write(ref done, true);
        Task.WaitAll(readers);
        return (entries / seconds, looked / seconds);
    }
}
