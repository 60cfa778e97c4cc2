using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// Prints what one look-up takes in two ways: one after the other as fast as they come, as of requests that do not know of each other (the processor
/// begins the next while it waits for memory), and each only when the one before has ended, by a barrier of some 5 ns. The best of several rounds.
/// Clients are computed, so that nothing but the list is read. Beside them stands what a plain read at a random place of as much memory takes on this machine
/// at this time, which no look-up of a listed client can go below.
/// </summary>
internal static class ListLookups
{
    private const int Asked = 1_000_000;
    private const int Rounds = 7;
    private const int BytesAnEntry = 25;
    private static readonly long Now = TimeSpan.FromDays(3).Ticks;

    public static void Print()
    {
        Console.WriteLine("| entries | IPv6 and subnets | listed: throughput, ns | listed: latency, ns | not listed: throughput, ns | not listed: latency, ns | a plain read: throughput, ns |");
        Console.WriteLine("|---:|---|---:|---:|---:|---:|---:|");
        foreach (var entries in (ReadOnlySpan<int>)[1_000, 1_000_000, 5_000_000])
        {
            foreach (var mixed in (ReadOnlySpan<bool>)[false, true])
            {
                var list = ListClients.Fill(entries, mixed);

                // Twice, so that the code is compiled to the end.
                Best(list, mixed, 0, (uint)entries);
                var listed = Best(list, mixed, 0, (uint)entries);
                var others = Best(list, mixed, 0x8000_0000, (uint)entries);
                Console.WriteLine(
                    $"| {entries:N0} | {(mixed ? "yes" : "no")} | {listed.Throughput:F1} | {listed.Latency:F1} | {others.Throughput:F1} | {others.Latency:F1} | {BestRead(entries):F1} |");
            }
        }
    }

    private static (double Throughput, double Latency) Best(ClientList list, bool mixed, uint first, uint count)
    {
        var best = (Throughput: double.MaxValue, Latency: double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            best.Throughput = Math.Min(best.Throughput, Measure(list, mixed, first, count, isWaitedFor: false));
            best.Latency = Math.Min(best.Latency, Measure(list, mixed, first, count, isWaitedFor: true));
        }

        return best;
    }

    private static double BestRead(int entries)
    {
        var memory = new ulong[(long)entries * BytesAnEntry / sizeof(ulong)];
        Array.Fill(memory, 1UL);
        var best = double.MaxValue;
        for (var round = 0; round < 2 * Rounds; round++)
        {
            best = Math.Min(best, MeasureReads(memory));
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double MeasureReads(ulong[] memory)
    {
        var (random, sum) = (12_345u, 0UL);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Asked; i++)
        {
            random = (random * 1_664_525) + 1_013_904_223;
            sum += memory[(int)(((ulong)random * (ulong)memory.Length) >> 32)];
        }

        return sum == Asked ? Stopwatch.GetElapsedTime(start).TotalNanoseconds / Asked : throw new InvalidOperationException("misread");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Measure(ClientList list, bool mixed, uint first, uint count, bool isWaitedFor)
    {
        var (random, listed) = (12_345u, 0);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Asked; i++)
        {
            random = (random * 1_664_525) + 1_013_904_223;
            var index = first + (uint)(((ulong)random * count) >> 32);
            listed += list.Contains(mixed ? ListClients.Of(index) : ListClients.IPv4(index), Now) ? 1 : 0;
            if (isWaitedFor)
            {
                Thread.MemoryBarrier();
            }
        }

        // Subnets hold some of the others.
        return (first == 0 ? listed == Asked : listed < Asked / 100)
            ? Stopwatch.GetElapsedTime(start).TotalNanoseconds / Asked
            : throw new InvalidOperationException("a client was not found, or found where it is not");
    }
}
