using BenchmarkDotNet.Attributes;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode;

/// <summary>Whether a client is on a list: for addresses that are not (nearly all of them), and for some that are.</summary>
[MemoryDiagnoser]
public class ListLookupBenchmarks
{
    private const int Asked = 1 << 16;
    private static readonly long Now = TimeSpan.FromDays(3).Ticks;

    private readonly ClientKey[] _absent = new ClientKey[Asked];
    private readonly ClientKey[] _present = new ClientKey[Asked];
    private ClientList _list = null!;
    private int _next;

    [Params(0, 1_000, 1_000_000)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        _list = new(ListKind.Blacklist, Math.Max(Entries, 1));
        var cause = _list.CauseOf(ListSource.Header, "rule");
        for (var i = 0; i < Entries; i++)
        {
            var client = ClientKey.FromIPv4((uint)random.Next() & 0x7FFF_FFFF);
            _list.Add(client, cause, Now, TimeSpan.FromHours(8), out _);
            _present[random.Next(Asked)] = client;
        }

        for (var i = 0; i < Asked; i++)
        {
            _absent[i] = ClientKey.FromIPv4(0x8000_0000 | (uint)random.Next());
        }
    }

    [Benchmark]
    public bool Absent() => _list.Contains(_absent[_next++ & (Asked - 1)], Now);

    [Benchmark]
    public bool Present() => _list.Contains(_present[_next++ & (Asked - 1)], Now);
}
