using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

public class ReasonStoreTests
{
    private readonly ReasonStore _store = new(3);

    [Fact]
    public void The_latest_reason_of_a_client_is_kept()
    {
        _store.Keep(Record(1, "first"));
        _store.Keep(Record(1, "second"));
        DetailOf(1).ShouldBe("second");
        DetailOf(2).ShouldBeNull();
    }

    [Fact]
    public void The_oldest_make_room()
    {
        for (var i = 0u; i < 5; i++)
        {
            _store.Keep(Record(i, $"{i}"));
        }

        Enumerable.Range(0, 5).Select(i => DetailOf((uint)i)).ShouldBe([null, null, "2", "3", "4"]);
    }

    [Fact]
    public void A_newer_reason_survives_when_the_older_one_of_the_same_client_makes_room()
    {
        _store.Keep(Record(1, "old"));
        _store.Keep(Record(2, "2"));
        _store.Keep(Record(1, "new"));
        _store.Keep(Record(3, "3"));
        DetailOf(1).ShouldBe("new");
    }

    [Fact]
    public void One_client_that_is_listed_again_and_again_does_not_push_out_the_others()
    {
        _store.Keep(Record(1, "1"));
        for (var i = 0; i < 10; i++)
        {
            _store.Keep(Record(2, $"{i}"));
        }

        DetailOf(1).ShouldBe("1");
        DetailOf(2).ShouldBe("9");
    }

    [Fact]
    public void A_forgotten_client_has_no_reason_and_can_get_a_new_one()
    {
        _store.Keep(Record(1, "old"));
        _store.Remove(KeyOf(1));
        DetailOf(1).ShouldBeNull();
        _store.Remove(KeyOf(1));

        _store.Keep(Record(1, "new"));
        _store.Keep(Record(2, "2"));
        _store.Keep(Record(3, "3"));
        DetailOf(1).ShouldBe("new");
    }

    [Fact]
    public void Memory_is_bounded_however_many_clients_are_listed()
    {
        var store = new ReasonStore(100);
        for (var i = 0u; i < 10_000; i++)
        {
            store.Keep(Record(i, "x"));
            if (i % 3 == 0)
            {
                store.Remove(KeyOf(i));
            }
        }

        Enumerable.Range(0, 10_000).Count(i => store.TryGet(KeyOf((uint)i), out _)).ShouldBeInRange(1, 100);
    }

    private string? DetailOf(uint client) => _store.TryGet(KeyOf(client), out var record) ? record.Detail : null;

    private static ListingRecord Record(uint client, string detail) => new(
        "shop", ListKind.Blacklist, KeyOf(client), ListChange.Added, ListSource.Header, "rule", detail, "id", 1, 1, 2, 0);

    private static NetworkPrefix KeyOf(uint client) => NetworkPrefix.Of(ClientKey.FromIPv4(client), 128);
}
