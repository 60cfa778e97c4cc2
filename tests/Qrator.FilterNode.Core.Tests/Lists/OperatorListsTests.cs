using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

public class OperatorListsTests
{
    private static readonly NetworkPrefix Who = Key("192.0.2.1");
    private static readonly ClientKey Client = Who.Address;

    private readonly RecordingJournal _journal = new();
    private readonly ServiceLists _lists;

    public OperatorListsTests() => _lists = new("shop", 1, _journal);

    [Fact]
    public void What_an_operator_lists_is_known_with_the_comment_and_told_to_the_journal()
    {
        _lists.Append(ListKind.Blacklist, Who, Start, After(30), "ticket 17").ShouldBe(AddResult.Added);

        var record = new ListingRecord(
            "shop", ListKind.Blacklist, Who, ListChange.Added, ListSource.Api, "", "ticket 17", "", Start, Start, After(30), 0);
        _journal.Records.ShouldBe([record]);
        _lists.TryFind(ListKind.Blacklist, Who, Start, out var found).ShouldBeTrue();
        found.ShouldBe(new(Who, new(ListSource.Api, "", Start, After(30), 0), record));
        _lists.Entries(ListKind.Blacklist, Start).ShouldBe([found]);
        _lists.Blacklist.Contains(Client, After(29)).ShouldBeTrue();
        _lists.Blacklist.Contains(Client, After(30)).ShouldBeFalse();
    }

    [Fact]
    public void An_operator_is_not_refused_by_a_full_list()
    {
        Put("192.0.2.9", Start);
        Put("192.0.2.1", Start).Result.ShouldBe(AddResult.Refused);
        _lists.Append(ListKind.Blacklist, Who, Start, null, "").ShouldBe(AddResult.Added);
        _lists.Blacklist.Count.ShouldBe(2);
    }

    [Fact]
    public void A_permanent_entry_is_not_overwritten_and_a_temporary_one_keeps_the_later_end()
    {
        long? Until() => _lists.TryFind(ListKind.Blacklist, Who, Start, out var found) ? found.Entry.Expires : -1;

        _lists.Append(ListKind.Blacklist, Who, Start, After(30), "first");
        _lists.Append(ListKind.Blacklist, Who, Start, After(20), "shorter").ShouldBe(AddResult.Unchanged);
        Until().ShouldBe(After(30));
        _lists.Append(ListKind.Blacklist, Who, Start, After(40), "longer").ShouldBe(AddResult.Extended);
        Until().ShouldBe(After(40));
        _lists.Append(ListKind.Blacklist, Who, Start, null, "for ever").ShouldBe(AddResult.Extended);
        Until().ShouldBeNull();
        _lists.Append(ListKind.Blacklist, Who, Start, After(40), "with an end").ShouldBe(AddResult.Unchanged);
        _lists.Append(ListKind.Blacklist, Who, Start, null, "again").ShouldBe(AddResult.Unchanged);
        Until().ShouldBeNull();

        _lists.Entries(ListKind.Blacklist, Start).Single().Detail.ShouldBe("for ever");
        _journal.Records.Select(record => record.Ttl).ShouldBe([Ttl, TimeSpan.FromMinutes(40), null]);
    }

    [Fact]
    public void An_entry_of_a_filter_becomes_the_operators_and_outlives_the_rule()
    {
        Put("192.0.2.1", Start);
        _lists.Append(ListKind.Blacklist, Who, Start, After(5), "mine").ShouldBe(AddResult.Extended);
        _lists.RetireAllBut(new HashSet<ListingCause>(), After(1)).ShouldBe(0);
        _lists.TryFind(ListKind.Blacklist, Who, After(29), out var found).ShouldBeTrue("the later end stays");
        (found.Entry.Source, found.Detail).ShouldBe((ListSource.Api, "mine"));
    }

    [Fact]
    public void A_subnet_can_not_get_on_the_whitelist()
    {
        Should.Throw<ArgumentException>(() => _lists.Append(ListKind.Whitelist, Key("192.0.2.0/24"), Start, null, ""));
        _lists.Whitelist.Count.ShouldBe(0);
    }

    [Fact]
    public void A_comment_is_cut_and_an_attack_does_not_push_it_out()
    {
        var lists = new ServiceLists("shop", 100_000, new RecordingJournal());
        lists.Append(ListKind.Blacklist, Who, Start, null, new('x', 300));
        var cause = lists.Blacklist.CauseOf(ListSource.Header, "rule");
        for (var i = 0u; i < 70_000; i++)
        {
            lists.Report(lists.Put(ListKind.Blacklist, ClientKey.FromIPv4(i), cause, Start, Ttl), "matched", "id");
        }

        lists.TryFind(ListKind.Blacklist, Who, Start, out var found).ShouldBeTrue();
        found.Detail.ShouldBe(new('x', 256));
    }

    [Fact]
    public void A_removed_client_starts_clean_on_the_disk_too()
    {
        Put("192.0.2.1", Start);
        _lists.Remove(ListKind.Blacklist, Who, After(1)).ShouldBeTrue();
        _journal.Removals.ShouldBe([new("shop", ListKind.Blacklist, Who, WasListed: true, After(1))]);
        _lists.ReasonsOf(ListKind.Blacklist).TryGet(Who, out _).ShouldBeFalse();
        _lists.Remove(ListKind.Blacklist, Who, After(1)).ShouldBeFalse();
        _journal.Removals.Count.ShouldBe(1, "nothing was known of it");
        Put("192.0.2.1", After(2)).Entry.Offences.ShouldBe(0);
    }

    [Theory]
    [InlineData(ListKind.Whitelist)]
    [InlineData(ListKind.Blacklist)]
    public void Removing_from_either_list_forgets_offences_that_are_over(ListKind kind)
    {
        Put("192.0.2.1", Start);
        _lists.Remove(kind, Who, After(31)).ShouldBeFalse();
        _journal.Removals.ShouldBe([new("shop", ListKind.Blacklist, Who, WasListed: false, After(31))]);
        Put("192.0.2.1", After(32)).Entry.Offences.ShouldBe(0);
    }

    [Fact]
    public void Removing_from_the_whitelist_leaves_an_entry_on_the_blacklist()
    {
        _lists.Append(ListKind.Whitelist, Who, Start, null, "");
        _lists.Append(ListKind.Blacklist, Who, Start, null, "");
        _lists.Remove(ListKind.Whitelist, Who, After(1)).ShouldBeTrue();
        _lists.Whitelist.Contains(Client, After(1)).ShouldBeFalse();
        _lists.Blacklist.Contains(Client, After(1)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_came_before_a_removal_or_a_flush_lists_nobody_and_what_comes_after_does(bool flush)
    {
        Put("192.0.2.1", Start);
        if (flush)
        {
            _lists.Flush(ListKind.Blacklist, After(2)).ShouldBe([Who]);
        }
        else
        {
            _lists.Remove(ListKind.Blacklist, Who, After(2));
        }

        Put("192.0.2.1", After(3), arrived: After(1)).Result.ShouldBe(AddResult.Unchanged);
        _lists.Blacklist.Contains(Client, After(3)).ShouldBeFalse();
        _lists.RemovedSince(Client, After(1)).ShouldBeTrue();
        Put("192.0.2.1", After(3), arrived: After(2.5)).Result.ShouldBe(AddResult.Added);
    }

    [Fact]
    public void So_many_removals_that_they_are_not_kept_one_by_one_still_cover_what_came_before()
    {
        var lists = new ServiceLists("shop", 10, new RecordingJournal());
        for (var i = 0u; i < 100_000; i++)
        {
            lists.Remove(ListKind.Blacklist, NetworkPrefix.Of(ClientKey.FromIPv4(i), 128), After(2));
        }

        Enumerable.Range(0, 100_000).ShouldAllBe(i => lists.RemovedSince(ClientKey.FromIPv4((uint)i), After(1)));
        lists.RemovedSince(ClientKey.FromIPv4(99_999), After(3)).ShouldBeFalse();
    }

    [Fact]
    public void A_flush_empties_one_list_and_is_told_in_one_word()
    {
        _lists.Append(ListKind.Blacklist, Who, Start, null, "x");
        _lists.Append(ListKind.Blacklist, Key("198.51.100.0/24"), Start, null, "x");
        _lists.Append(ListKind.Blacklist, Key("2001:db8::/64"), Start, After(1), "over");
        _lists.Append(ListKind.Whitelist, Who, Start, null, "x");

        _lists.Flush(ListKind.Blacklist, After(2)).Select(key => key.ToString()).Order().ShouldBe(["192.0.2.1", "198.51.100.0/24"]);
        (_lists.Blacklist.Count, _lists.Blacklist.Capacity, _lists.Whitelist.Count).ShouldBe((0, 0, 1));
        _lists.Entries(ListKind.Blacklist, After(2)).ShouldBeEmpty();
        var told = _journal.Clearings.ShouldHaveSingleItem();
        (told.Service, told.List, told.Reason, told.Causes.Count, told.Count, told.Changed)
            .ShouldBe(("shop", ListKind.Blacklist, ClearingReason.Flush, 0, 2, After(2)));
    }

    [Fact]
    public void Rules_that_are_gone_are_told_in_one_word()
    {
        Put("192.0.2.1", Start);
        _lists.RetireAllBut(new HashSet<ListingCause>(), After(1)).ShouldBe(1);
        var told = _journal.Clearings.ShouldHaveSingleItem();
        (told.List, told.Reason, told.Count).ShouldBe((ListKind.Blacklist, ClearingReason.RuleGone, 1));
        told.Causes.ShouldBe([(ListSource.Header, "rule")]);
        _lists.RetireAllBut(new HashSet<ListingCause>(), After(1));
        _journal.Clearings.Count.ShouldBe(1);
    }

    private Listing Put(string client, long now, long arrived = long.MaxValue)
    {
        var listing = _lists.Put(ListKind.Blacklist, Key(client).Address, _lists.Blacklist.CauseOf(ListSource.Header, "rule"), now, Ttl, arrived);
        if (listing.Changed)
        {
            _lists.Report(listing, "matched", "request");
        }

        return listing;
    }

    private static NetworkPrefix Key(string text)
    {
        NetworkPrefix.TryParse(text, out var prefix, out var problem).ShouldBeTrue(problem);
        return prefix;
    }
}
