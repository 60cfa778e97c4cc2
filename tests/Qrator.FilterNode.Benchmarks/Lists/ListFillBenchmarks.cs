using BenchmarkDotNet.Attributes;

namespace Qrator.FilterNode.Lists;

/// <summary>A list of IPv4 clients from nothing until so many are on it, and from there until all have ended and their memory is given back.</summary>
[Config(typeof(FillConfig))]
public class ListFillBenchmarks
{
    private static readonly long Now = TimeSpan.FromDays(3).Ticks;
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(5);

    private ClientList _list = null!;

    [Params(1_000, 1_000_000, 5_000_000)]
    public int Entries { get; set; }

    [IterationSetup(Target = nameof(Insert))]
    public void Empty() => _list = new(ListKind.Whitelist, Entries);

    [IterationSetup(Target = nameof(Expire))]
    public void Filled() => _list = Fill(Entries);

    [Benchmark]
    public void Insert() => Put(_list, Entries);

    /// <summary>In steps as the node makes them, until nothing is counted.</summary>
    [Benchmark]
    public void Expire()
    {
        while (_list.Count > 0)
        {
            _list.Sweep(Now + (2 * Ttl.Ticks), 10_000);
        }
    }

    /// <summary>What a list of so many takes of the memory, an entry.</summary>
    public static double BytesPerEntry(int entries)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var list = Fill(entries);
        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(list);
        return taken / (double)entries;
    }

    private static ClientList Fill(int entries)
    {
        var list = new ClientList(ListKind.Whitelist, entries);
        Put(list, entries);
        return list;
    }

    private static void Put(ClientList list, int entries)
    {
        var cause = list.CauseOf(ListSource.Header, "rule");
        for (var i = 0u; i < entries; i++)
        {
            list.Add(ListClients.IPv4(i), cause, Now, Ttl, out _);
        }
    }
}
