using FsCheck;
using FsCheck.Fluent;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>Random histories of a list and of its naive model side by side; FsCheck shrinks a history that tells them apart.</summary>
public class ClientListModelTests
{
    private static readonly (ListSource Source, string Rule)[] Rules =
    [
        (ListSource.Header, "a"), (ListSource.Header, "b"), (ListSource.Rule, "a"), (ListSource.Geo, ""), (ListSource.Behavior, ""),
    ];

    private static readonly TimeSpan[] Ttls = [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(31), TimeSpan.FromHours(8)];

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(5), TimeSpan.FromHours(30),
    ];

    private static readonly Arbitrary<int[]> Commands = Arb.From(Gen.Choose(0, 1_000_000).ArrayOf(), Shorter);

    [Theory]
    [InlineData(ListKind.Blacklist, 1_000_000, 400)]
    [InlineData(ListKind.Whitelist, 1_000_000, 400)]
    [InlineData(ListKind.Blacklist, 1_000_000, 6)]
    [InlineData(ListKind.Blacklist, 20, 60)]
    [InlineData(ListKind.Whitelist, 5, 20)]
    public void A_list_does_what_its_model_does(ListKind kind, int maximum, int clients) =>
        Prop.ForAll(Commands, commands => new History(kind, maximum, clients).Run(commands))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithStartSize(10).WithEndSize(1_500));

    // Leaves out ever smaller parts of a history.
    private static IEnumerable<int[]> Shorter(int[] commands)
    {
        for (var length = commands.Length / 2; length > 0; length /= 2)
        {
            for (var start = 0; start < commands.Length; start += length)
            {
                yield return [.. commands[..start], .. commands[Math.Min(start + length, commands.Length)..]];
            }
        }
    }

    private sealed class History(ListKind kind, int maximum, int clients)
    {
        private readonly ClientList _list = new(kind, maximum);
        private readonly ListModel _model = new(kind, maximum);
        private readonly Dictionary<(ListSource, string), ListingCause> _inForce = [];
        private readonly List<ListingCause> _gone = [];
        private long _now = TimeSpan.FromDays(2).Ticks;

        public void Run(int[] commands)
        {
            foreach (var command in commands)
            {
                Step(new(command));
            }

            foreach (var client in Enumerable.Range(0, clients).Select(ClientOf))
            {
                CompareEntry(client);
            }

            CompareCounts();
            _now += TimeSpan.FromHours(9).Ticks;
            CompareCounts();
            _list.Count.ShouldBe(0);
        }

        private void Step(Random random)
        {
            var client = ClientOf(random.Next(random.Next(3) == 0 ? clients : Math.Min(clients, 6)));
            switch (random.Next(20))
            {
                case < 11:
                    Add(client, CauseOf(random), Ttls[random.Next(Ttls.Length)]);
                    break;
                case < 13:
                    _list.Remove(client, _now).ShouldBe(_model.Remove(client, _now), $"removing {client}");
                    break;
                case < 17:
                    _now += Steps[random.Next(Steps.Length)].Ticks;
                    break;
                case < 18:
                    Retire(random);
                    break;
                case < 19:
                    _list.Sweep(_now, random.Next(200));
                    break;
                default:
                    CompareCounts();
                    break;
            }

            CompareEntry(client);
        }

        private void Add(ClientKey client, ListingCause cause, TimeSpan ttl)
        {
            if (maximum < clients)
            {
                // Whether there is room depends on the sweeps; the model always knows exactly.
                SweepAll();
            }

            var result = _list.Add(client, cause, _now, ttl, out var after);
            result.ShouldBe(_model.Add(client, cause, _now, ttl), $"adding {client} for {cause.Source} {cause.Rule}");
            if (result != AddResult.Refused && _model.Live(client, _now) is { } entry)
            {
                after.Expires.ShouldBe(entry.Expires);
            }
        }

        private void Retire(Random random)
        {
            var kept = _inForce.Values.Where(_ => random.Next(3) > 0).ToHashSet();
            var gone = _inForce.Values
                .Where(cause => !kept.Contains(cause) && cause.Source is ListSource.Header or ListSource.Rule or ListSource.Geo)
                .ToList();
            _list.RetireAllBut(kept, _now, out _).ShouldBe(_model.Retire(gone, _now));
            foreach (var cause in gone)
            {
                cause.Retired.ShouldBeTrue();
                _inForce.Remove((cause.Source, cause.Rule));
                _gone.Add(cause);
            }
        }

        // Requests that began before a reload still come with a cause that is gone.
        private ListingCause CauseOf(Random random)
        {
            if (_gone.Count > 0 && random.Next(8) == 0)
            {
                return _gone[random.Next(_gone.Count)];
            }

            var (source, rule) = Rules[random.Next(Rules.Length)];
            var cause = _list.CauseOf(source, rule);
            if (!_inForce.TryAdd((source, rule), cause))
            {
                cause.ShouldBeSameAs(_inForce[(source, rule)]);
            }

            _gone.ShouldNotContain(cause);
            return cause;
        }

        private void CompareEntry(ClientKey client)
        {
            var expected = _model.Live(client, _now);
            _list.Contains(client, _now).ShouldBe(expected is not null, $"{client} on the list");
            _list.TryGet(client, _now, out var entry).ShouldBe(expected is not null);
            if (expected is not null)
            {
                entry.ShouldBe(new(expected.Cause.Source, expected.Cause.Rule, expected.Created, expected.Expires, expected.Offences));
            }
        }

        private void CompareCounts()
        {
            SweepAll();
            _model.ExpireAll(_now);
            _list.Count.ShouldBe(_model.Count);
            foreach (var source in Enum.GetValues<ListSource>())
            {
                _list.CountOf(source).ShouldBe(_model.CountOf(source), $"entries of {source}");
                foreach (var change in Enum.GetValues<ListChange>())
                {
                    _list.Changes(source, change).ShouldBe(_model.Changes(source, change), $"{source} {change}");
                }
            }
        }

        private void SweepAll() => _list.SweepAll(_now);

        private static ClientKey ClientOf(int index) =>
            index % 2 == 0 ? ClientKey.FromIPv4((uint)index) : new(0x2001_0db8_0000_0000UL | (uint)index, 0);
    }
}
