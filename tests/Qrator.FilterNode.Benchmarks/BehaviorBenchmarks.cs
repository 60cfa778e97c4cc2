using BenchmarkDotNet.Attributes;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode;

/// <summary>Automatic detection on the way of a request: arrival and end, of few clients and of so many that none is in the caches.</summary>
[MemoryDiagnoser]
public class BehaviorBenchmarks
{
    private const int InFlight = 400;
    private static readonly string[] Agents = [.. Enumerable.Range(0, 40).Select(i =>
        $"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{100 + i}.0.0.0 Safari/537.36")];

    private static readonly string[] Pages = [.. Enumerable.Range(0, 1_000).Select(i => $"/catalog/shoes/item-{i}/photo.jpg")];
    private static readonly RequestEnd Good = new(200, 20 * TimeSpan.TicksPerMillisecond, Aborted: false);

    private readonly ServiceLists _lists = new("shop", 100_000, new NoJournal()) { Identity = new(64) };
    private readonly BehaviorStore _store;
    private ClientKey[] _clients = [];
    private long _now = TimeSpan.FromDays(2).Ticks;
    private long _ticksARequest;
    private long _nextTick;
    private int _next;

    public BehaviorBenchmarks() => _store = new(_lists);

    [Params(1_000, 500_000)]
    public int Clients { get; set; }

    /// <summary>A busy service has one request in some looked at for its groups, a quiet one all.</summary>
    [Params(200, 1_500, 20_000)]
    public int RequestsPerSecond { get; set; }

    /// <summary>How the service is doing.</summary>
    public BehaviorState State => _store.State;

    [GlobalSetup]
    public void Learn()
    {
        _ticksARequest = TimeSpan.TicksPerSecond / RequestsPerSecond;
        _clients = [.. Enumerable.Range(0, Clients).Select(i => ClientKey.FromIPv4((uint)i * 2_654_435_761))];
        new Random(1).Shuffle(_clients);
        _store.Configure(new(new() { Mode = BehaviorMode.On }, new(), 64 << 20, 100_000));
        for (var i = 0; i < 1_000_000; i++)
        {
            ArrivalAndEnd();
            TickWhenDue();
        }
    }

    /// <summary>A flood from other clients with a tool of their own, until something is held against it.</summary>
    public void BeginAttack()
    {
        for (var i = 0; _store.State != BehaviorState.Attack || i < 20 * RequestsPerSecond; i++)
        {
            _now += _ticksARequest / 4;
            var flooder = ClientKey.FromIPv4((uint)(i % 2_000) * 40_503);
            if (!_lists.Blacklist.Contains(flooder, _now)
                && _store.AtArrival(flooder, new Request("Flood/1.0", "/search"), 0x99, _now).Action == VerdictAction.Pass)
            {
                _store.AtEnd(flooder, Good, _now);
            }

            TickWhenDue();
        }
    }

    /// <summary>Lets detection decide when half a second has gone by.</summary>
    public void TickWhenDue()
    {
        if (_now >= _nextTick)
        {
            _nextTick = _now + BehaviorStore.TickInterval.Ticks;
            if (_store.State == BehaviorState.Attack)
            {
                // The flood goes on, so that the attack does.
                for (var i = 0; i < RequestsPerSecond; i++)
                {
                    _store.AtDrop();
                }
            }

            _store.Tick(_now, DateTimeOffset.UnixEpoch);
        }
    }

    [Benchmark]
    public VerdictAction ArrivalAndEnd()
    {
        _now += _ticksARequest;
        _next = _next + 1 == _clients.Length ? 0 : _next + 1;
        var verdict = _store.AtArrival(_clients[_next], new Request(Agents[_next % Agents.Length], Pages[_next % Pages.Length]), 0x1234_5678_9ABC_DEF0, _now);
        _store.AtEnd(_clients[(_next + _clients.Length - InFlight) % _clients.Length], Good, _now);
        return verdict.Action;
    }

    [Benchmark]
    public ulong TraitsAlone()
    {
        _next = _next + 1 == _clients.Length ? 0 : _next + 1;
        return RequestTraits.Of(new Request(Agents[_next % Agents.Length], Pages[_next % Pages.Length]), 1).Path;
    }

    [Benchmark]
    public int Tick()
    {
        _now += BehaviorStore.TickInterval.Ticks;
        return _store.Tick(_now, DateTimeOffset.UnixEpoch).Count;
    }

    private readonly struct Request(string agent, string path) : IRequestView
    {
        public long? ContentLength => null;

        public CountryCode Country => CountryCode.Unknown;

        public ClientKey Address => default;

        public string RequestId => "";

        public bool TryGetText(TextProperty property, string? name, out ReadOnlySpan<char> value)
        {
            value = property switch
            {
                TextProperty.Path => path,
                TextProperty.Query => "",
                TextProperty.Method => "GET",
                TextProperty.UserAgent => agent,
                TextProperty.Referer => "https://shop.example/catalog",
                _ => "a=1",
            };
            return true;
        }
    }

    private sealed class NoJournal : IListJournal
    {
        public void Listed(ListingRecord record)
        {
        }

        public void Removed(RemovalRecord record)
        {
        }

        public void Cleared(ClearingRecord record)
        {
        }
    }
}
