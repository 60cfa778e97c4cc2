using System.Globalization;
using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

/// <summary>As many entries as a node is made for, seven of ten IPv4, two IPv6, one a subnet. FILTERNODE_LIST_ENTRIES says how many; 500,000 unless given.</summary>
public class ListScaleTests
{
    private const int Ends = 5;
    private const int SweepStep = 20_000;

    private readonly int _entries = int.Parse(Environment.GetEnvironmentVariable("FILTERNODE_LIST_ENTRIES") ?? "500000", CultureInfo.InvariantCulture);
    private readonly ClientList _list;

    public ListScaleTests() => _list = new(ListKind.Whitelist, _entries);

    [Fact]
    public void Millions_of_clients_and_subnets_are_counted_exactly_and_found_until_they_end_in_small_steps()
    {
        var cause = _list.CauseOf(ListSource.Header, "rule");
        for (var i = 0; i < _entries; i++)
        {
            var result = IsSubnet(i) ? _list.Append(SubnetOf(i), Start, Start + TtlOf(i).Ticks, out _) : _list.Add(ClientOf(i), cause, Start, TtlOf(i));
            if (result != AddResult.Added)
            {
                throw new InvalidOperationException($"{i}: {result}");
            }
        }

        for (var ended = 0; ended <= Ends; ended++)
        {
            var now = After(10 * ended);
            var slots = 2 * _list.Capacity;
            for (var swept = 0; swept <= slots; swept += SweepStep)
            {
                _list.Sweep(now, SweepStep);
            }

            _list.Count.ShouldBe(_entries / Ends * (Ends - ended));
            _list.CountOf(ListSource.Api).ShouldBe(_list.Count / 10);
            _list.CountOf(ListSource.Header).ShouldBe(_list.Count / 10 * 9);
            CompareSample(now, ended);
        }
    }

    private void CompareSample(long now, int ended)
    {
        var random = new Random(ended);
        for (var sample = 0; sample < 20_000; sample++)
        {
            var i = random.Next(_entries);
            var isListed = EndOf(i) > ended;
            if (IsSubnet(i))
            {
                var subnet = SubnetOf(i);
                Demand(subnet.Address, now, isListed);
                Demand(LastOf(subnet), now, isListed);
                Demand(AfterLast(subnet), now, false);
            }
            else
            {
                Demand(ClientOf(i), now, isListed);
                Demand(ClientOf(i, isOther: true), now, false);
            }
        }
    }

    private void Demand(ClientKey client, long now, bool isListed)
    {
        if (_list.Contains(client, now) != isListed)
        {
            throw new InvalidOperationException($"{client} should {(isListed ? "" : "not ")}be listed");
        }
    }

    private static bool IsSubnet(int i) => i % 10 == 9;

    private static int EndOf(int i) => 1 + (i / 10 % Ends);

    private static TimeSpan TtlOf(int i) => TimeSpan.FromMinutes(10 * EndOf(i));

    // Multiplied by an odd number, so that no two are the same; the others differ from all of them in their first bits.
    private static ClientKey ClientOf(int i, bool isOther = false) => i % 10 < 7
        ? ClientKey.FromIPv4(((uint)i * 2_654_435_761 & 0x3FFF_FFFF) | (isOther ? 0x4000_0000u : 0))
        : new((isOther ? 0x2600_0000_0000_0000UL : 0x2A00_0000_0000_0000UL) | ((ulong)i * 0x9E37_79B9_7F4BUL & 0xFFFF_FFFF_FFFFUL), 0);

    // Each in a room of its own, of 4,096 addresses or of 16 million prefixes, which it does not fill.
    private static NetworkPrefix SubnetOf(int i) => i / 10 % 2 == 0
        ? NetworkPrefix.Of(ClientKey.FromIPv4(0x8000_0000 | ((uint)(i / 20) << 12)), 117 + (i / 20 % 11))
        : NetworkPrefix.Of(new(0x3000_0000_0000_0000UL | ((ulong)(i / 20) << 24), 0), 41 + (i / 20 % 23));

    private static ClientKey LastOf(NetworkPrefix subnet) => subnet.Address.IsIPv4
        ? ClientKey.FromIPv4(subnet.Address.IPv4 + (1u << (128 - subnet.KeyBits)) - 1)
        : new(subnet.Address.High + (1UL << (64 - subnet.KeyBits)) - 1, 0);

    private static ClientKey AfterLast(NetworkPrefix subnet) => subnet.Address.IsIPv4
        ? ClientKey.FromIPv4(LastOf(subnet).IPv4 + 1)
        : new(LastOf(subnet).High + 1, 0);
}
