using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

public class ServiceListsTests
{
    private static readonly ClientKey Client = ClientKey.FromIPv4(0xC0000201);

    private readonly RecordingJournal _journal = new();
    private readonly ServiceLists _lists;

    public ServiceListsTests() => _lists = new("shop", 1, _journal);

    [Theory]
    [InlineData(ListKind.Whitelist)]
    [InlineData(ListKind.Blacklist)]
    public void Who_is_listed_is_reported_with_the_reason_and_the_reason_is_kept(ListKind kind)
    {
        Put(kind, Client, "rule", Start).ShouldBe(AddResult.Added);

        var expected = new ListingRecord(
            "shop", kind, Key(Client), ListChange.Added, ListSource.Header, "rule", "what matched", "request", Start, Start, After(30), 0);
        _journal.Records.ShouldBe([expected]);
        expected.Ttl.ShouldBe(Ttl);
        _lists.ReasonsOf(kind).TryGet(Key(Client), out var kept).ShouldBeTrue();
        kept.ShouldBe(expected);
        _lists.ReasonsOf(Other(kind)).TryGet(Key(Client), out _).ShouldBeFalse();
        _lists.Of(kind).Contains(Client, Start).ShouldBeTrue();
        _lists.Of(Other(kind)).Contains(Client, Start).ShouldBeFalse();
    }

    [Fact]
    public void An_extension_is_reported_with_its_own_cause()
    {
        Put(ListKind.Blacklist, Client, "rule", Start);
        Put(ListKind.Blacklist, Client, "other", After(10)).ShouldBe(AddResult.Extended);

        var last = _journal.Records.Last();
        (last.Change, last.Rule, last.Changed, last.Created, last.Expires).ShouldBe((ListChange.Extended, "other", After(10), Start, After(40)));
        _lists.ReasonsOf(ListKind.Blacklist).TryGet(Key(Client), out var kept).ShouldBeTrue();
        kept.ShouldBe(last);
    }

    [Fact]
    public void A_doubled_time_is_reported_as_it_is()
    {
        Put(ListKind.Blacklist, Client, "rule", Start);
        Put(ListKind.Blacklist, Client, "rule", After(31));
        _journal.Records.Last().Ttl.ShouldBe(Ttl * 2);
    }

    [Fact]
    public void What_changes_nothing_is_not_reported_and_leaves_the_reason()
    {
        Put(ListKind.Blacklist, Client, "rule", Start);
        Put(ListKind.Blacklist, Client, "rule", After(1)).ShouldBe(AddResult.Unchanged);
        Put(ListKind.Blacklist, ClientKey.FromIPv4(1), "rule", After(1)).ShouldBe(AddResult.Refused);

        _journal.Records.Count.ShouldBe(1);
        _lists.ReasonsOf(ListKind.Blacklist).TryGet(Key(Client), out var kept).ShouldBeTrue();
        kept!.Created.ShouldBe(Start);
        _lists.ReasonsOf(ListKind.Blacklist).TryGet(Key(ClientKey.FromIPv4(1)), out _).ShouldBeFalse();
    }

    private AddResult Put(ListKind kind, ClientKey client, string rule, long now)
    {
        var listing = _lists.Put(kind, client, _lists.Of(kind).CauseOf(ListSource.Header, rule), now, Ttl);
        if (listing.Changed)
        {
            _lists.Report(listing, "what matched", "request");
        }

        return listing.Result;
    }

    private static NetworkPrefix Key(ClientKey client) => NetworkPrefix.Of(client, 128);

    private static ListKind Other(ListKind kind) => kind == ListKind.Whitelist ? ListKind.Blacklist : ListKind.Whitelist;
}
