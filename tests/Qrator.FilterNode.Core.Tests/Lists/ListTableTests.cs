using FsCheck;
using FsCheck.Fluent;

namespace Qrator.FilterNode.Lists;

/// <summary>The table of a shard beside a dictionary, with hashes that collide more than any real ones do.</summary>
public class ListTableTests
{
    private const int Keys = 48;
    private const uint Soon = 1_000;

    private static readonly Arbitrary<int[]> Commands = Arb.From(Gen.Choose(0, 1_000_000).ArrayOf());

    [Fact]
    public void A_table_of_IPv4_clients_knows_what_its_model_knows() =>
        Check(index => IPv4Key.Of(Clients.ClientKey.FromIPv4(Extreme(index)), 0), index => Colliding(index, cells: Keys));

    [Fact]
    public void A_table_of_IPv6_clients_knows_what_its_model_knows() =>
        Check(index => IPv6Key.Of(new((ulong)Extreme(index) << (index % 2 * 32), 0), 0), index => Colliding(index, cells: Keys));

    [Fact]
    public void A_table_of_long_IPv6_clients_tells_those_apart_that_share_their_four_bytes() =>
        Check(index => IPv6LongKey.Of(new((ulong)index << 32, 1), 0), index => Colliding(index, cells: 3));

    [Fact]
    public void A_table_of_subnets_tells_those_apart_that_share_their_four_bytes() =>
        Check(index => SubnetKey.Of(new((ulong)index << 48, 0), 20 + (index % 2)), index => Colliding(index, cells: 2));

    [Fact]
    public void The_table_without_slots_holds_nothing()
    {
        var key = IPv4Key.Of(Clients.ClientKey.FromIPv4(0), 0);
        ListTable<IPv4Key>.Empty.Holds(key, 0, 0).ShouldBeFalse();
        ListTable<IPv4Key>.Empty.Find(key, 0).ShouldBe(-1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(10_000)]
    public void A_table_has_room_for_the_keys_it_was_made_for_and_some_more(int keys)
    {
        var table = ListTable<IPv4Key>.For(keys);
        for (var i = 0u; i < keys; i++)
        {
            table.HasRoomFor(1).ShouldBeTrue();
            table.Add(new(i), i * 0x9E37_79B9_7F4A_7C15, Soon, default, isCounted: true);
        }

        table.HasRoomFor(1).ShouldBeTrue();
        table.Capacity.ShouldBe(ListTable<IPv4Key>.CapacityFor(keys));
        Enumerable.Range(0, keys).ShouldAllBe(i => table.Holds(new((uint)i), (uint)i * 0x9E37_79B9_7F4A_7C15, Soon - 1));
    }

    private static void Check<TKey>(Func<int, TKey> keyOf, Func<int, ulong> hashOf)
        where TKey : unmanaged, IListKey<TKey> =>
        Prop.ForAll(Commands, commands => new History<TKey>(keyOf, hashOf).Run(commands))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithStartSize(10).WithEndSize(600));

    // Addresses that look like parts of a head: nothing, all bits, a moment, masks.
    private static uint Extreme(int index) => index switch
    {
        0 => 0,
        1 => uint.MaxValue,
        2 => Soon,
        3 => (1u << GroupHead.MostSlots) - 1,
        _ => (uint)index * 40_000_003,
    };

    // Two places to begin, few tags, few fingerprints.
    private static ulong Colliding(int index, int cells) => ((ulong)(index % cells) << 33) | ((ulong)(index % 2) << 31);

    private sealed class History<TKey>(Func<int, TKey> keyOf, Func<int, ulong> hashOf)
        where TKey : unmanaged, IListKey<TKey>
    {
        private readonly ListTable<TKey> _table = ListTable<TKey>.For(Keys);
        private readonly Dictionary<int, (int Slot, uint End, bool IsCounted)> _model = [];
        private uint _now = Soon;

        public void Run(int[] commands)
        {
            foreach (var command in commands)
            {
                Step(new(command));
                Compare();
            }
        }

        private void Step(Random random)
        {
            var index = random.Next(Keys);
            var end = random.Next(8) == 0 ? ListTime.Permanent : _now + (uint)random.Next(1, 50);
            if (!_model.TryGetValue(index, out var known))
            {
                var isCounted = random.Next(4) > 0;
                end = isCounted ? end : _now - 1;
                _model.Add(index, (_table.Add(keyOf(index), hashOf(index), end, new() { Created = (uint)index }, isCounted), end, isCounted));
                return;
            }

            switch (random.Next(5))
            {
                case 0 when !known.IsCounted:
                    _table.Count(known.Slot, end);
                    _model[index] = known with { End = end, IsCounted = true };
                    break;
                case 1 when known.IsCounted:
                    _table.Uncount(known.Slot);
                    _table.Forget(known.Slot);
                    _model[index] = known with { End = ListTime.Removed, IsCounted = false };
                    break;
                case 2 when known.IsCounted && known.End > _now:
                    _table.Prolong(known.Slot, Math.Max(end, known.End));
                    _model[index] = known with { End = Math.Max(end, known.End) };
                    break;
                case 3:
                    _now += (uint)random.Next(20);
                    break;
                default:
                    Sweep();
                    break;
            }
        }

        private void Sweep()
        {
            for (var group = 0; group < _table.Groups; group++)
            {
                var ended = _table.EndedOf(group, _now);
                foreach (var (index, known) in _model.Where(pair => pair.Value.Slot / ListTable<TKey>.Slots == group).ToList())
                {
                    var isOver = known.IsCounted && known.End <= _now;
                    ((ended >> (known.Slot % ListTable<TKey>.Slots) & 1) == 1).ShouldBe(isOver);
                    if (isOver)
                    {
                        _table.Uncount(known.Slot);
                        _model[index] = known with { IsCounted = false };
                    }
                }

                _table.RefreshSoonestEnd(group);
                _table.IsDue(group, _now).ShouldBeFalse();
            }
        }

        private void Compare()
        {
            for (var index = 0; index < Keys; index++)
            {
                var (key, hash) = (keyOf(index), hashOf(index));
                var isKnown = _model.TryGetValue(index, out var known);
                _table.Find(key, hash).ShouldBe(isKnown ? known.Slot : -1);
                _table.Holds(key, hash, _now).ShouldBe(isKnown && known.IsCounted && known.End > _now, $"{key} at {_now}");
                if (isKnown)
                {
                    (_table.Key(known.Slot), _table.End(known.Slot), _table.IsUsed(known.Slot), _table.IsCounted(known.Slot), _table.Record(known.Slot).Created)
                        .ShouldBe((key, known.End, true, known.IsCounted, (uint)index));
                }
            }

            _table.Used.ShouldBe(_model.Count);
            _table.CountLive(_now).ShouldBe(_model.Values.Count(known => known.IsCounted && known.End > _now));
        }
    }
}
