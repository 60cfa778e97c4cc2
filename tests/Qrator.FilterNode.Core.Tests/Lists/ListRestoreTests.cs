using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

/// <summary>What the journal was told in one run is there in the next.</summary>
public class ListRestoreTests
{
    private readonly RecordingJournal _journal = new();
    private readonly ServiceLists _before;
    private readonly ServiceLists _after = new("shop", 2, new RecordingJournal());

    public ListRestoreTests()
    {
        _before = new("shop", 1_000, _journal);
        _after.Blacklist.CauseOf(ListSource.Header, "rule");
        _after.Whitelist.CauseOf(ListSource.Header, "rule");
    }

    [Fact]
    public void Every_entry_comes_back_as_it_was_also_beyond_the_maximum()
    {
        for (var i = 0u; i < 10; i++)
        {
            Put(_before, i, Start);
            Put(_before, i + 100, Start, ListKind.Whitelist);
        }

        _before.Append(ListKind.Blacklist, Key("198.51.100.0/24"), After(2), null, "a subnet");
        _before.Append(ListKind.Blacklist, Key("2001:db8::/64"), After(2), After(20), "a client");

        Restart(After(5));

        foreach (var kind in Enum.GetValues<ListKind>())
        {
            Shown(_after, kind).ShouldBe(Shown(_before, kind));
        }

        (_after.Blacklist.Count, _after.Blacklist.Changes(ListSource.Header, ListChange.Restored)).ShouldBe((12, 10));
        Put(_after, 50, After(5)).Result.ShouldBe(AddResult.Refused, "the list is full");
    }

    [Fact]
    public void What_was_created_long_before_the_clock_began_keeps_its_moment()
    {
        var longAgo = Start - TimeSpan.FromDays(900).Ticks;
        _before.Append(ListKind.Blacklist, Key("192.0.2.1"), longAgo, null, "");
        Restart(Start);
        _after.TryFind(ListKind.Blacklist, Key("192.0.2.1"), Start, out var found).ShouldBeTrue();
        (found.Entry.Created, found.Entry.Expires).ShouldBe((longAgo, null));
    }

    [Fact]
    public void An_offence_that_is_over_still_doubles_the_next_and_only_for_a_day()
    {
        Put(_before, 1, Start);
        Put(_before, 1, After(31)).Entry.Offences.ShouldBe(1);
        Put(_before, 2, Start - TimeSpan.FromHours(24).Ticks);

        Restart(After(200));

        _after.Blacklist.Count.ShouldBe(0);
        Put(_after, 1, After(201)).Entry.ShouldBe(new(ListSource.Header, "rule", After(201), After(201 + 120), 2));
        Put(_after, 2, After(201)).Entry.Offences.ShouldBe(0);
    }

    [Fact]
    public void An_extension_comes_back_with_the_moment_of_the_first_listing()
    {
        Put(_before, 1, Start);
        _before.Append(ListKind.Blacklist, NetworkPrefix.Of(ClientKey.FromIPv4(1), 128), After(10), After(60), "longer");
        Restart(After(11));
        Shown(_after, ListKind.Blacklist).ShouldBe(Shown(_before, ListKind.Blacklist));
    }

    [Fact]
    public void Entries_of_rules_that_are_gone_do_not_come_back()
    {
        var cause = _before.Blacklist.CauseOf(ListSource.Header, "gone");
        _before.Report(_before.Put(ListKind.Blacklist, ClientKey.FromIPv4(1), cause, Start, Ttl), "", "");
        Restart(After(1)).ShouldBe(0);
        _after.Blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void A_client_becomes_a_subnet_when_clients_are_narrower_now_and_the_whitelist_does_not_take_it()
    {
        _before.Append(ListKind.Blacklist, Key("2001:db8::/64"), Start, null, "");
        _before.Append(ListKind.Whitelist, Key("2001:db8::/64"), Start, null, "");
        _after.Identity = new(128);
        Restart(After(1)).ShouldBe(1);
        _after.Blacklist.Contains(new(0x2001_0db8_0000_0000, 77), After(1)).ShouldBeTrue();
        _after.Whitelist.Count.ShouldBe(0);
    }

    [Fact]
    public void A_client_that_was_removed_since_does_not_come_back()
    {
        var entries = Enumerable.Range(1, 2).Select(i => Entry(_after, $"192.0.2.{i}", After(60))).ToArray();
        _after.Remove(ListKind.Blacklist, Key("192.0.2.1"), After(10));
        _after.Restore(ListKind.Blacklist, entries, After(11), since: After(5));
        entries.Select(entry => entry.IsRestored).ShouldBe([false, true]);
        var later = new[] { Entry(_after, "192.0.2.1", After(60)) };
        _after.Restore(ListKind.Blacklist, later, After(12), since: After(11));
        later[0].IsRestored.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Many_at_once_come_back_as_one_by_one(int seed)
    {
        var random = new Random(seed);
        var keys = Enumerable.Range(0, 30_000).Select(_ => random.Next(4) switch
        {
            0 => NetworkPrefix.Of(new(0x2001_0db8_0000_0000UL | (uint)random.Next(20_000), 0), 64),
            1 => NetworkPrefix.Of(new(0x2001_0db8_0000_0000UL | (uint)random.Next(500), (ulong)random.Next(3)), 128),
            2 => NetworkPrefix.Of(ClientKey.FromIPv4((uint)random.Next(1 << 20) << 12), 96 + random.Next(7, 33)),
            _ => NetworkPrefix.Of(ClientKey.FromIPv4((uint)random.Next(40_000)), 128),
        }).ToList();
        RestoredEntry[] Entries(ServiceLists lists, Random times) =>
            [.. keys.Select(key => Entry(lists, key, times.Next(5) == 0 ? null : After(times.Next(-60, 600))))];
        var (atOnce, single) = (Entries(_after, new(seed)), Entries(_before, new(seed)));
        _after.Restore(ListKind.Blacklist, atOnce, After(1));
        for (var i = 0; i < single.Length; i++)
        {
            _before.Restore(ListKind.Blacklist, single.AsSpan(i, 1), After(1));
        }

        atOnce.Select(entry => entry.IsRestored).ShouldBe(single.Select(entry => entry.IsRestored));
        Shown(_after, ListKind.Blacklist).ShouldBe(Shown(_before, ListKind.Blacklist));
        (_after.Blacklist.Count, _after.Blacklist.CountOf(ListSource.Header)).ShouldBe((_before.Blacklist.Count, _before.Blacklist.CountOf(ListSource.Header)));
        _after.Blacklist.Changes(ListSource.Header, ListChange.Restored).ShouldBe(_before.Blacklist.Changes(ListSource.Header, ListChange.Restored));
    }

    private static RestoredEntry Entry(ServiceLists lists, string key, long? expires) => Entry(lists, Key(key), expires);

    private static RestoredEntry Entry(ServiceLists lists, NetworkPrefix key, long? expires) =>
        new(key.Address, key.KeyBits, lists.Blacklist.CauseOf(ListSource.Header, "rule"), Start, expires, 0);

    // The last word on each key, as a disk keeps it.
    private int Restart(long now) => _journal.Records
        .GroupBy(record => (record.List, record.Key))
        .Count(told => Restore(told.Last(), now));

    private bool Restore(ListingRecord record, long now)
    {
        var restored = _after.Of(record.List).TryCause(record.Source, record.Rule, out var cause)
            && _after.Restore(record.List, record.Key, cause, new(record.Source, record.Rule, record.Created, record.Expires, record.Offences), now);
        if (restored)
        {
            _after.RestoreReason(record);
        }

        return restored;
    }

    private static List<ListedEntry> Shown(ServiceLists lists, ListKind kind) =>
        [.. lists.Entries(kind, After(5)).OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal)];

    private static Listing Put(ServiceLists lists, uint client, long now, ListKind kind = ListKind.Blacklist)
    {
        var listing = lists.Put(kind, ClientKey.FromIPv4(client), lists.Of(kind).CauseOf(ListSource.Header, "rule"), now, Ttl);
        if (listing.Changed)
        {
            lists.Report(listing, $"matched {client}", "request");
        }

        return listing;
    }

    private static NetworkPrefix Key(string text)
    {
        NetworkPrefix.TryParse(text, out var prefix, out var problem).ShouldBeTrue(problem);
        return prefix;
    }
}
