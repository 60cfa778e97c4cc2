using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

public sealed class DecisionRingTests
{
    private static readonly NetworkPrefix Client = Prefix("203.0.113.7");

    [Fact]
    public void The_latest_of_a_client_come_first_and_no_others()
    {
        var ring = new DecisionRing(8);
        ring.Listed(Listing(Client, 1, ListChange.Added, "a"));
        ring.Listed(Listing(Prefix("203.0.113.8"), 2, ListChange.Added, "b"));
        ring.Listed(Listing(Client, 3, ListChange.Extended, "c"));

        ring.Find(Client, 10).Select(decision => (decision.Kind, decision.Listing!.Rule)).ShouldBe([(DecisionKind.Extended, "c"), (DecisionKind.Added, "a")]);
        ring.Find(Client, 1).ShouldHaveSingleItem().Listing!.Rule.ShouldBe("c");
        ring.Find(Client, 10, "SHOP").Count.ShouldBe(2);
        ring.Find(Client, 10, "blog").ShouldBeEmpty();
    }

    [Fact]
    public void Changes_of_subnets_around_an_address_concern_it_and_those_inside_a_subnet_do_not_concern_the_subnet()
    {
        var ring = new DecisionRing(8);
        ring.Listed(Listing(Prefix("203.0.113.0/24"), 1, ListChange.Added, "net"));
        ring.Listed(Listing(Client, 2, ListChange.Added, "client"));

        ring.Find(Client, 10).Count.ShouldBe(2);
        ring.Find(Prefix("203.0.113.0/24"), 10).ShouldHaveSingleItem().Listing!.Rule.ShouldBe("net");
    }

    [Fact]
    public void A_list_that_was_emptied_concerns_those_that_had_been_put_on_it()
    {
        var ring = new DecisionRing(8);
        ring.Cleared(Clearing(1, ClearingReason.Flush));
        ring.Listed(Listing(Client, 2, ListChange.Added, "a"));
        ring.Cleared(Clearing(3, ClearingReason.RuleGone));
        ring.Removed(new("shop", ListKind.Blacklist, Client, WasListed: false, 4));
        ring.Removed(new("shop", ListKind.Blacklist, Client, WasListed: true, 5));

        ring.Find(Client, 10).Select(decision => decision.Kind).ShouldBe([DecisionKind.Removed, DecisionKind.Retired, DecisionKind.Added]);
        ring.Find(Prefix("203.0.113.8"), 10).ShouldBeEmpty();
    }

    [Fact]
    public void The_oldest_make_room_and_filters_do_not_push_out_operators()
    {
        var ring = new DecisionRing(4);
        ring.Listed(Listing(Client, 1, ListChange.Added, "", ListSource.Api));
        for (var i = 0; i < 10; i++)
        {
            ring.Listed(Listing(Client, 2 + i, ListChange.Extended, $"rule{i}"));
        }

        ring.Find(Client, 100).Select(decision => decision.Listing!.Rule).ShouldBe(["rule9", "rule8", "rule7", "rule6", ""]);
    }

    [Fact]
    public void What_rate_limits_do_stands_among_the_changes_and_does_not_push_them_out()
    {
        var ring = new DecisionRing(4);
        ring.Listed(Listing(Client, 1, ListChange.Added, "a"));
        for (var i = 0; i < 10; i++)
        {
            ring.Limited(new("shop", Client, "login", IsExcess: i > 6, "detail", "", 2 + i, null));
        }

        var found = ring.Find(Client, 100);
        found.Select(decision => (decision.Kind, decision.List)).ShouldBe(
            [(DecisionKind.Excess, null), (DecisionKind.Excess, null), (DecisionKind.Excess, null), (DecisionKind.Added, null), (DecisionKind.Added, ListKind.Blacklist)]);
        found[0].Limit!.Rule.ShouldBe("login");
    }

    [Fact]
    public void Many_threads_note_and_search_at_once_and_the_last_of_each_is_found()
    {
        var ring = new DecisionRing(1_024);
        Parallel.For(0, 8, thread =>
        {
            var client = Prefix($"10.0.0.{thread}");
            for (var i = 1; i <= 100; i++)
            {
                ring.Listed(Listing(client, i, ListChange.Extended, $"{i}"));
                ring.Find(client, 1).ShouldHaveSingleItem().Listing!.Rule.ShouldBe($"{i}");
            }
        });
        ring.Find(Prefix("10.0.0.3"), 1_000).Count.ShouldBe(100);
    }

    private static ListingRecord Listing(NetworkPrefix key, long at, ListChange change, string rule, ListSource source = ListSource.Header) =>
        new("shop", ListKind.Blacklist, key, change, source, rule, "detail", "", at, at, null, 0);

    private static ClearingRecord Clearing(long at, ClearingReason reason) => new("shop", ListKind.Blacklist, reason, [], 3, at);

    private static NetworkPrefix Prefix(string text) => NetworkPrefix.TryParse(text, out var prefix, out var problem) ? prefix : throw new ArgumentException(problem);
}
