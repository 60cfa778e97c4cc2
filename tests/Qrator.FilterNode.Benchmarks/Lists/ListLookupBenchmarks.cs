using BenchmarkDotNet.Attributes;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// Whether a client is on a list: for addresses that are not (nearly all of them), and for some that are. A million of each are asked in turn, so that
/// what one question brought into the caches is mostly gone before the next like it.
/// </summary>
[MemoryDiagnoser]
public class ListLookupBenchmarks
{
    private const int Asked = 1 << 20;
    private static readonly long Now = TimeSpan.FromDays(3).Ticks;

    private readonly ClientKey[] _absent = new ClientKey[Asked];
    private readonly ClientKey[] _present = new ClientKey[Asked];
    private ClientList _list = null!;
    private ulong[] _memory = [];
    private int _next;

    [Params(1_000, 1_000_000, 5_000_000)]
    public int Entries { get; set; }

    /// <summary>IPv4 alone, or one IPv6 prefix in four and a thousand subnets of 24 lengths.</summary>
    [Params(false, true)]
    public bool Mixed { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        Func<uint, ClientKey> client = Mixed ? ListClients.Of : ListClients.IPv4;
        _list = ListClients.Fill(Entries, Mixed);
        for (var i = 0u; i < Asked; i++)
        {
            _present[i] = client((uint)random.Next(Entries));
            _absent[i] = client(0x8000_0000 | (uint)random.Next());
        }

        // Written, or all of it would be one page of zeros.
        _memory = new ulong[_list.Capacity];
        Array.Fill(_memory, 1UL);
    }

    [Benchmark]
    public bool Absent() => _list.Contains(_absent[_next++ & (Asked - 1)], Now);

    [Benchmark]
    public bool Present() => _list.Contains(_present[_next++ & (Asked - 1)], Now);

    /// <summary>The floor for <see cref="Present"/>: one read of a random place in as much memory as the keys and times of the list take.</summary>
    [Benchmark]
    public bool OneRandomRead() => _memory[Place(_present[_next++ & (Asked - 1)])] > 0;

    private int Place(in ClientKey client) => (int)Math.BigMul((client.Low ^ client.High) * 0x9E37_79B9_7F4A_7C15, (ulong)_memory.Length, out _);
}
