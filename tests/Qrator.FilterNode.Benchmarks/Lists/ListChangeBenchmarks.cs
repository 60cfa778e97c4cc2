using BenchmarkDotNet.Attributes;

namespace Qrator.FilterNode.Lists;

/// <summary>What changes cost on a list of so many entries: putting on and off, and one step of expiry.</summary>
[MemoryDiagnoser]
public class ListChangeBenchmarks
{
    private static readonly long Now = TimeSpan.FromDays(3).Ticks;

    private ClientList _list = null!;
    private ListingCause _cause = null!;
    private uint _next;

    [Params(1_000, 1_000_000, 5_000_000)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _list = new(ListKind.Blacklist, Entries + 1);
        _cause = _list.CauseOf(ListSource.Header, "rule");
        for (var i = 0u; i < Entries; i++)
        {
            _list.Add(ListClients.Of(i), _cause, Now, TimeSpan.FromHours(8), out _);
        }
    }

    /// <summary>A new entry for a client that was never there; with the rebuilds that this leads to.</summary>
    [Benchmark]
    public bool PutOnAndOff()
    {
        var client = ListClients.Of((uint)Entries + _next++);
        _list.Add(client, _cause, Now, TimeSpan.FromHours(8), out _);
        return _list.Remove(client, Now);
    }

    /// <summary>A client that is on the list already: what a listed client's requests cost that are still under way.</summary>
    [Benchmark]
    public AddResult PutAgain() => _list.Add(ListClients.Of(_next++ % (uint)Entries), _cause, Now, TimeSpan.FromHours(8), out _);

    [Benchmark(OperationsPerInvoke = 10_000)]
    public void SweepSlots() => _list.Sweep(Now, 10_000);
}
