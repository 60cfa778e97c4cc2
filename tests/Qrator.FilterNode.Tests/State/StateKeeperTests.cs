using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>What was on the lists is on them after a restart, as it was.</summary>
public sealed class StateKeeperTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestTimeProvider _time = new();

    private string Database => _folder.File("data/state.db");

    [Fact]
    public async Task Clients_and_subnets_of_both_families_are_there_after_a_restart()
    {
        await using (var run = Start())
        {
            run.Append("198.51.100.7", TimeSpan.FromHours(1));
            run.Append("198.51.100.0/24");
            run.Append("2001:db8:0:1::/64", TimeSpan.FromHours(1));
            run.Append("2001:db8:1::/48", TimeSpan.FromHours(1));
            run.Shop.Append(ListKind.Whitelist, StateRun.Key("192.0.2.10"), run.Clock.Now, null, "ours");
        }

        await using var next = Start();
        next.Listed().ShouldBe(["198.51.100.0/24", "198.51.100.7", "2001:db8:0:1::/64", "2001:db8:1::/48"]);
        next.Shop.Whitelist.Count.ShouldBe(1);
        next.Log.Count("state loaded").ShouldBe(1);
    }

    [Fact]
    public async Task When_a_service_was_first_seen_and_the_mode_that_was_set_are_known_after_a_restart()
    {
        var seen = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        await using (var run = Start())
        {
            (Behavior(run).FirstSeen, Behavior(run).ModeOverride) = (seen, BehaviorMode.Shadow);
        }

        await using (var run = Start())
        {
            (Behavior(run).FirstSeen, Behavior(run).ModeOverride).ShouldBe((seen, BehaviorMode.Shadow));
            Behavior(run).ModeOverride = null;
        }

        await using var last = Start();
        (Behavior(last).FirstSeen, Behavior(last).ModeOverride).ShouldBe((seen, null));

        static BehaviorStore Behavior(StateRun run) => run.Store.Service("shop", 1, new(64)).Behavior;
    }

    [Fact]
    public async Task An_entry_comes_back_with_its_source_rule_detail_request_and_times()
    {
        DateTimeOffset created;
        await using (var run = Start())
        {
            run.Offend("192.0.2.1");
            run.Append("192.0.2.2", null, "mail of 3 May, Ω");
            created = _time.GetUtcNow();
        }

        _time.Advance(TimeSpan.FromMinutes(20));
        await using var next = Start();
        var found = next.Find("192.0.2.1");
        found.Entry.Source.ShouldBe(ListSource.Header);
        found.Entry.Rule.ShouldBe("bad-agent");
        found.Detail.ShouldBe("User-Agent: BadBot");
        found.Reason!.RequestId.ShouldBe("0123456789abcdef0123456789abcdef");
        next.Clock.ToUtc(found.Entry.Created).ShouldBe(created, TimeSpan.FromSeconds(5));
        next.Clock.ToUtc(found.Entry.Expires!.Value).ShouldBe(created + TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));
        var manual = next.Find("192.0.2.2");
        manual.Entry.Expires.ShouldBeNull();
        manual.Detail.ShouldBe("mail of 3 May, Ω");
    }

    [Fact]
    public async Task Offences_count_on_after_a_restart_also_those_of_an_entry_that_is_over()
    {
        await using (var run = Start())
        {
            run.Offend("192.0.2.1");
            run.Offend("192.0.2.2");
        }

        _time.Advance(TimeSpan.FromMinutes(61));
        await using (var second = Start())
        {
            second.Listed().ShouldBeEmpty();
            second.Offend("192.0.2.1");
            second.Find("192.0.2.1").Entry.Offences.ShouldBe(1);
        }

        await using var third = Start();
        var entry = third.Find("192.0.2.1").Entry;
        entry.Offences.ShouldBe(1);
        TimeSpan.FromTicks(entry.Expires!.Value - entry.Created).ShouldBe(TimeSpan.FromHours(2), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Removed_and_flushed_clients_stay_off_and_start_clean()
    {
        await using (var run = Start())
        {
            run.Offend("192.0.2.1");
            run.Offend("192.0.2.2");
            run.Shop.Append(ListKind.Whitelist, StateRun.Key("192.0.2.10"), run.Clock.Now, null, "ours");
            await Eventually.Holds(() => run.Number("SELECT count(*) FROM entries") == 3, "all are written");
            run.Remove("192.0.2.1");
            run.Shop.Flush(ListKind.Whitelist, run.Clock.Now);
        }

        await using var next = Start();
        next.Listed().ShouldBe(["192.0.2.2"]);
        next.Shop.Whitelist.Count.ShouldBe(0);
        next.Offend("192.0.2.1");
        next.Find("192.0.2.1").Entry.Offences.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_listed_after_a_flush_is_kept()
    {
        await using (var run = Start())
        {
            run.Append("192.0.2.1");
            run.Shop.Flush(ListKind.Blacklist, run.Clock.Now);
            run.Append("192.0.2.2");
        }

        await using var next = Start();
        next.Listed().ShouldBe(["192.0.2.2"]);
    }

    [Fact]
    public async Task Entries_of_rules_and_services_that_are_gone_are_not_put_back_and_leave_the_database()
    {
        await using (var run = Start())
        {
            run.Offend("192.0.2.1");
            run.Append("192.0.2.2");
        }

        await using (var next = StateRun.Start(Database, _time, hasRule: false))
        {
            next.Listed().ShouldBe(["192.0.2.2"]);
            await next.ShouldComeToRows("192.0.2.2/32");
        }

        await using var other = StateRun.Start(Database, _time, service: "other");
        other.Listed().ShouldBeEmpty();
        await other.ShouldComeToRows();
    }

    [Fact]
    public async Task A_rule_that_goes_while_the_node_runs_takes_its_entries_out_of_the_database()
    {
        await using var run = Start();
        run.Offend("192.0.2.1");
        run.Append("192.0.2.2");
        await run.ShouldComeToRows("192.0.2.1/32", "192.0.2.2/32");

        run.Shop.RetireAllBut(new HashSet<ListingCause>(), run.Clock.Now);

        await run.ShouldComeToRows("192.0.2.2/32");
    }

    [Fact]
    public async Task Rows_whose_time_is_over_leave_the_database_when_they_can_double_nothing_any_more()
    {
        await using var run = Start();
        run.Offend("192.0.2.1");
        run.Append("192.0.2.2");
        await run.ShouldComeToRows("192.0.2.1/32", "192.0.2.2/32");

        _time.Advance(TimeSpan.FromHours(25));

        await run.ShouldComeToRows("192.0.2.2/32");
    }

    [Fact]
    public async Task Services_are_known_again_whatever_the_case_of_their_name()
    {
        await using (var run = Start())
        {
            run.Append("192.0.2.2");
        }

        await using var next = StateRun.Start(Database, _time, service: "SHOP");
        next.Append("192.0.2.3");
        next.Listed().ShouldBe(["192.0.2.2", "192.0.2.3"]);
        await next.ShouldComeToRows("192.0.2.2/32", "192.0.2.3/32");
    }

    [Fact]
    public async Task Another_prefix_for_IPv6_clients_moves_their_entries()
    {
        await using (var run = Start())
        {
            run.Append("2001:db8:0:1::/64");
            run.Append("2001:db8:0:2::/64");
            run.Append("2001:db8:1::/48");
        }

        await using (var wider = StateRun.Start(Database, _time, ipv6Prefix: 48))
        {
            wider.Listed().ShouldBe(["2001:db8:1::/48", "2001:db8::/48"]);
            await wider.ShouldComeToRows("2001:db8::/48", "2001:db8:1::/48");
            wider.Remove("2001:db8::/48");
        }

        await using var next = StateRun.Start(Database, _time, ipv6Prefix: 48);
        next.Listed().ShouldBe(["2001:db8:1::/48"]);
    }

    [Fact]
    public async Task A_wall_clock_that_was_set_back_makes_no_entry_last_longer_than_it_was_meant_to()
    {
        await using (var run = Start())
        {
            run.Offend("192.0.2.1");
            await run.ShouldComeToRows("192.0.2.1/32");
        }

        var earlier = new TestTimeProvider();
        earlier.Advance(TimeSpan.FromDays(-400));
        await using var next = StateRun.Start(Database, earlier);
        var entry = next.Find("192.0.2.1").Entry;
        TimeSpan.FromTicks(entry.Expires!.Value - next.Clock.Now).ShouldBe(TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Changes_that_do_not_fit_into_the_queue_are_written_from_memory()
    {
        var keys = Enumerable.Range(0, 3_000).Select(i => $"10.0.{i / 256}.{i % 256}").ToList();
        await using (var run = StateRun.Start(Database, _time, capacity: 16))
        {
            run.Append("192.0.2.1");
            await run.ShouldComeToRows("192.0.2.1/32");
            foreach (var key in keys)
            {
                run.Append(key, TimeSpan.FromHours(1), "many");
            }

            run.Remove("192.0.2.1");
            await Eventually.Holds(() => run.Number("SELECT count(*) FROM entries") == 3_000, "memory and database are the same");
        }

        await using var next = Start();
        next.Listed().ShouldBe(keys.Order(StringComparer.Ordinal));
        next.Find("10.0.3.3").Detail.ShouldBe("many");
    }

    [Fact]
    public async Task Without_a_change_nothing_is_written()
    {
        await using var run = Start();
        run.Append("192.0.2.1");
        await run.ShouldComeToRows("192.0.2.1/32");
        var written = new FileInfo(Database + "-wal").Length;

        _time.Advance(TimeSpan.FromMinutes(2));
        run.Append("192.0.2.2");
        await run.ShouldComeToRows("192.0.2.1/32", "192.0.2.2/32");

        // One transaction of one row: the pages of the row and of the numbers at most.
        (new FileInfo(Database + "-wal").Length - written).ShouldBeInRange(1, 4 * 4_120);
    }

    [Fact]
    public async Task Small_numbers_are_kept_too()
    {
        await using (Start())
        {
        }

        using var database = new StateFile(Database, _time).Open();
        database.Fact("first").ShouldBeNull();
        database.SetFact("first", 7);
        database.SetFact("first", 8);
        database.Fact("first").ShouldBe(8);
    }

    public void Dispose() => _folder.Dispose();

    private StateRun Start() => StateRun.Start(Database, _time);
}
