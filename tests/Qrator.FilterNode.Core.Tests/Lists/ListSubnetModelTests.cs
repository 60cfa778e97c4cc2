using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

/// <summary>Subnets of all lengths on a list, beside a dictionary that is asked for every length.</summary>
public class ListSubnetModelTests
{
    private readonly ClientList _list = new(ListKind.Blacklist, 1_000) { Identity = new(128) };
    private readonly Dictionary<NetworkPrefix, long> _model = [];
    private long _now = Start;

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 3_000)]
    [InlineData(3, 15_000)]
    public void Who_is_in_a_subnet_is_what_a_naive_search_says_while_subnets_come_end_and_go(int seed, int most)
    {
        var random = new Random(seed);
        foreach (var share in new[] { 0.3, 1, 0.5, 0.02, 0.6, 0 })
        {
            while (_model.Count < most * share)
            {
                Append(RandomSubnets.Next(random, [.. _model.Keys.Take(50)]), random);
            }

            foreach (var subnet in _model.Keys.Take((int)(_model.Count - (most * share))).ToList())
            {
                _list.Forget(subnet, _now, out var wasListed).ShouldBeTrue();
                wasListed.ShouldBeTrue();
                _model.Remove(subnet);
            }

            Compare(random);
            _now += TimeSpan.FromMinutes(20).Ticks;
            _list.SweepAll(_now);
            foreach (var over in _model.Where(pair => pair.Value <= _now).ToList())
            {
                _model.Remove(over.Key);
            }

            Compare(random);
        }
    }

    private void Append(NetworkPrefix subnet, Random random)
    {
        var until = _now + TimeSpan.FromMinutes(random.Next(1, 200)).Ticks;
        _model[subnet] = Math.Max(until, _model.GetValueOrDefault(subnet));
        _list.Append(subnet, _now, until, out _);
    }

    private void Compare(Random random)
    {
        _list.Count.ShouldBe(_model.Count);
        foreach (var address in RandomSubnets.AddressesAround(random, [.. _model.Keys], 1_000))
        {
            var around = Enumerable.Range(1, 127).Where(bits => !address.IsIPv4 || bits > NetworkPrefix.MappedBits)
                .Select(bits => NetworkPrefix.Of(address, bits)).LastOrDefault(prefix => _model.GetValueOrDefault(prefix) > _now);
            _list.Contains(address, _now).ShouldBe(around is not null, $"{address}");
            (_list.TryFind(NetworkPrefix.Of(address, 128), _now, out var found, out _) ? found : null).ShouldBe(around);
        }
    }
}
