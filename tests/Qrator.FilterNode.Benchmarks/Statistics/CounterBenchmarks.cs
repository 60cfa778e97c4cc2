using BenchmarkDotNet.Attributes;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Statistics.Top;
using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Statistics;

/// <summary>What a request pays for being counted.</summary>
[MemoryDiagnoser]
public class CounterBenchmarks
{
    private const int Times = 1_000;

    private readonly StripedCounters _counters = new(OutcomeLabel.Count);
    private readonly DurationHistogram _durations = new();
    private readonly RequestCounters _nobody = new();
    private readonly TopClients _top = new();
    private readonly RequestCounters _shop = new();
    private readonly ConnectionMeter _meter;
    private uint _next;

    /// <summary>A connection without a byte.</summary>
    public CounterBenchmarks() => _meter = new(_nobody, sharesRequests: false);

    [Benchmark(OperationsPerInvoke = Times)]
    public void Counter()
    {
        for (var i = 0; i < Times; i++)
        {
            _counters.Add(3);
        }
    }

    /// <summary>Two threads at once on the same counter; the time is that of both together, for each addition of one.</summary>
    [Benchmark(OperationsPerInvoke = Times * 1_000)]
    public void CounterOfTwoThreads()
    {
        var other = new Thread(Add);
        other.Start();
        Add();
        other.Join();

        void Add()
        {
            for (var i = 0; i < Times * 1_000; i++)
            {
                _counters.Add(3);
            }
        }
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public void Histogram()
    {
        for (var i = 0; i < Times; i++)
        {
            _durations.Count(12_345);
        }
    }

    /// <summary>The bytes of one exchange: received in one piece, sent in two.</summary>
    [Benchmark(OperationsPerInvoke = Times)]
    public void BytesOfAnExchange()
    {
        var client = ClientKey.FromIPv4(1);
        for (var i = 0; i < Times; i++)
        {
            _meter.MessageBegins();
            _meter.Receive(100);
            _meter.RequestRuns(_shop, client);
            _meter.Send(1_000);
            _meter.RequestEnds(_shop, client, TrafficKind.Passed);
            _meter.Send(5);
        }
    }

    /// <summary>Requests, bytes and origin time of one client again and again.</summary>
    [Benchmark(OperationsPerInvoke = Times)]
    public void TopOfOneClient()
    {
        var client = ClientKey.FromIPv4(1);
        for (var i = 0; i < Times; i++)
        {
            _top.CountRequest(client, isError: false, originTicks: 5_000);
            _top.CountBytes(client, 1_000);
        }
    }

    /// <summary>The same where every client is new, as in an attack.</summary>
    [Benchmark(OperationsPerInvoke = Times)]
    public void TopOfNewClients()
    {
        for (var i = 0; i < Times; i++)
        {
            var client = ClientKey.FromIPv4(_next++);
            _top.CountRequest(client, isError: false, originTicks: 5_000);
            _top.CountBytes(client, 1_000);
        }
    }
}
