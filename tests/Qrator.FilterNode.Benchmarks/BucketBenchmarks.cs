using BenchmarkDotNet.Attributes;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode;

/// <summary>The calls of a request to a bucket store that is empty, and to one that holds a million clients.</summary>
[MemoryDiagnoser]
public class BucketBenchmarks
{
    private const int Clients = 1_000_000;
    private static readonly BucketLimits Limits = BucketLimits.Create(2, 10);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly BucketStore _empty = new(Clients);
    private readonly BucketStore _full = new(Clients);
    private readonly ClientKey[] _present = new ClientKey[Clients];
    private readonly ClientKey[] _absent = new ClientKey[Clients];
    private long _now;

    /// <summary>Fills the store and shuffles, so that every call goes to memory that was not touched lately.</summary>
    [GlobalSetup]
    public void Fill()
    {
        for (var i = 0; i < Clients; i++)
        {
            _present[i] = ClientKey.FromIPv4((uint)i);
            _absent[i] = ClientKey.FromIPv4((uint)(i + Clients));
            _full.Touch(_present[i], 0, Hour);
        }

        new Random(1).Shuffle(_present);
        new Random(2).Shuffle(_absent);
    }

    [Benchmark(OperationsPerInvoke = Clients)]
    public int AbsentInEmptyStore() => CountLimited(_empty, _absent);

    [Benchmark(OperationsPerInvoke = Clients)]
    public int AbsentAmongAMillion() => CountLimited(_full, _absent);

    [Benchmark(OperationsPerInvoke = Clients)]
    public int PresentAmongAMillion() => CountLimited(_full, _present);

    [Benchmark(OperationsPerInvoke = Clients)]
    public int MeterAmongAMillion()
    {
        _now += 1_000;
        var allowed = 0;
        foreach (ref readonly var client in _present.AsSpan())
        {
            allowed += _full.Meter(client, _now, Limits).Outcome == MeterOutcome.Allowed ? 1 : 0;
        }

        return allowed;
    }

    [Benchmark(OperationsPerInvoke = Clients)]
    public int ProlongAmongAMillion()
    {
        _now += 1_000;
        var prolonged = 0;
        foreach (ref readonly var client in _present.AsSpan())
        {
            prolonged += _full.Touch(client, _now, Hour) == TouchOutcome.Prolonged ? 1 : 0;
        }

        return prolonged;
    }

    [Benchmark(OperationsPerInvoke = Clients)]
    public int AddAMillion()
    {
        var store = new BucketStore(Clients);
        foreach (ref readonly var client in _present.AsSpan())
        {
            store.Touch(client, 0, Hour);
        }

        return store.Count;
    }

    private static int CountLimited(BucketStore store, ClientKey[] clients)
    {
        var limited = 0;
        foreach (ref readonly var client in clients.AsSpan())
        {
            limited += store.IsLimited(client, 1) ? 1 : 0;
        }

        return limited;
    }
}
