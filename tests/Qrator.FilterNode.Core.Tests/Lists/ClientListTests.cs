using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

public class ClientListTests
{
    private static readonly ClientKey Client = ClientKey.FromIPv4(0xC0000201);
    private static readonly ClientKey Client6 = new(0x2001_0db8_0000_0001, 0);

    private readonly ClientList _blacklist = new(ListKind.Blacklist, 1_000);
    private readonly ClientList _whitelist = new(ListKind.Whitelist, 1_000);

    [Fact]
    public void A_new_list_holds_nobody()
    {
        _blacklist.Contains(Client, Start).ShouldBeFalse();
        _blacklist.Contains(Client6, Start).ShouldBeFalse();
        _blacklist.TryGet(Client, Start, out _).ShouldBeFalse();
        _blacklist.Remove(Client, Start).ShouldBeFalse();
        (_blacklist.Count, _blacklist.Capacity).ShouldBe((0, 0));
    }

    [Fact]
    public void A_client_is_on_the_list_until_its_time_is_over_and_not_a_tick_less()
    {
        foreach (var client in new[] { Client, Client6 })
        {
            var start = Start + 123_457;
            _blacklist.Add(client, Cause(_blacklist), start, Ttl);
            var end = start + Ttl.Ticks;
            _blacklist.Contains(client, start).ShouldBeTrue();
            _blacklist.Contains(client, end - 1).ShouldBeTrue();
            _blacklist.Contains(client, end + (TimeSpan.TicksPerSecond / 10)).ShouldBeFalse();
        }
    }

    [Fact]
    public void Only_the_client_that_was_added_is_on_the_list()
    {
        _blacklist.Add(Client, Cause(_blacklist), Start, Ttl);
        _blacklist.Contains(ClientKey.FromIPv4(0xC0000202), Start).ShouldBeFalse();
        _blacklist.Contains(new(0, 0xC0000201), Start).ShouldBeFalse("::192.0.2.1 is not 192.0.2.1");
        _whitelist.Contains(Client, Start).ShouldBeFalse();
    }

    [Theory]
    [InlineData(30, new[] { 30, 60, 120, 240, 480, 480, 480 })]
    [InlineData(5, new[] { 5, 10, 20, 40, 80, 160, 320, 480, 480 })]
    [InlineData(480, new[] { 480, 480 })]
    public void Each_offence_within_24_hours_doubles_the_time_up_to_8_hours(int ttl, int[] expectedMinutes)
    {
        var now = Start;
        foreach (var minutes in expectedMinutes)
        {
            _blacklist.Add(Client, Cause(_blacklist), now, TimeSpan.FromMinutes(ttl), out var entry).ShouldBe(AddResult.Added);
            entry.Expires.ShouldBe(now + TimeSpan.FromMinutes(minutes).Ticks);
            now = entry.Expires!.Value;
        }
    }

    [Fact]
    public void A_day_after_the_last_offence_a_client_counts_as_new()
    {
        _blacklist.Add(Client, Cause(_blacklist), Start, Ttl);
        _blacklist.Add(Client, Cause(_blacklist), After(60), Ttl, out var entry);
        entry.Expires.ShouldBe(After(120));

        _blacklist.Add(Client, Cause(_blacklist), After(60 + (24 * 60)), Ttl, out entry).ShouldBe(AddResult.Added);
        entry.Expires.ShouldBe(After(60 + (24 * 60) + 30));
    }

    [Fact]
    public void An_offence_just_within_a_day_still_doubles_also_after_sweeps_in_between()
    {
        _blacklist.Add(Client, Cause(_blacklist), Start, Ttl);
        _blacklist.SweepAll(After(31));
        _blacklist.SweepAll(After((24 * 60) - 2));
        _blacklist.Add(Client, Cause(_blacklist), After((24 * 60) - 1), Ttl, out var entry);
        entry.Expires.ShouldBe(After((24 * 60) - 1 + 60));
    }

    [Fact]
    public void On_the_whitelist_nothing_doubles()
    {
        _whitelist.Add(Client, Cause(_whitelist), Start, Ttl);
        _whitelist.Add(Client, Cause(_whitelist), After(31), Ttl, out var entry).ShouldBe(AddResult.Added);
        entry.Expires.ShouldBe(After(61));
    }

    [Fact]
    public void A_removed_client_starts_clean()
    {
        _blacklist.Add(Client, Cause(_blacklist), Start, Ttl);
        _blacklist.Remove(Client, After(1)).ShouldBeTrue();
        _blacklist.Contains(Client, After(1)).ShouldBeFalse();
        _blacklist.Remove(Client, After(1)).ShouldBeFalse();

        _blacklist.Add(Client, Cause(_blacklist), After(2), Ttl, out var entry).ShouldBe(AddResult.Added);
        entry.Expires.ShouldBe(After(32));
    }

    [Fact]
    public void Removing_a_client_whose_time_is_over_says_that_it_was_not_on_the_list_and_cleans_its_record()
    {
        _blacklist.Add(Client, Cause(_blacklist), Start, Ttl);
        _blacklist.Remove(Client, After(31)).ShouldBeFalse();
        _blacklist.Add(Client, Cause(_blacklist), After(32), Ttl, out var entry);
        entry.Expires.ShouldBe(After(62));
    }

    [Fact]
    public void The_same_cause_changes_nothing_while_the_client_is_on_the_list()
    {
        _blacklist.Add(Client, Cause(_blacklist), Start, Ttl);
        _blacklist.Add(Client, Cause(_blacklist), After(20), TimeSpan.FromHours(8), out var entry).ShouldBe(AddResult.Unchanged);
        entry.Expires.ShouldBe(After(30));
        _blacklist.Contains(Client, After(30)).ShouldBeFalse();
    }

    [Fact]
    public void Another_cause_extends_only_to_a_later_end_and_then_owns_the_entry()
    {
        var other = _blacklist.CauseOf(ListSource.Rule, "other");
        _blacklist.Add(Client, Cause(_blacklist), Start, Ttl);
        _blacklist.Add(Client, other, Start, Ttl, out _).ShouldBe(AddResult.Unchanged);
        _blacklist.Add(Client, other, After(10), TimeSpan.FromMinutes(5), out _).ShouldBe(AddResult.Unchanged);
        _blacklist.Add(Client, other, After(10), Ttl, out var entry).ShouldBe(AddResult.Extended);

        entry.Expires.ShouldBe(After(40));
        _blacklist.TryGet(Client, After(10), out entry).ShouldBeTrue();
        entry.ShouldBe(new(ListSource.Rule, "other", Start, After(40), 0));
        (_blacklist.CountOf(ListSource.Header), _blacklist.CountOf(ListSource.Rule), _blacklist.Count).ShouldBe((0, 1, 1));
    }

    [Fact]
    public void Counts_follow_the_sweep_and_look_ups_do_not_wait_for_it()
    {
        for (var i = 0u; i < 500; i++)
        {
            _blacklist.Add(ClientKey.FromIPv4(i), Cause(_blacklist), After(i), TimeSpan.FromMinutes(5));
        }

        _blacklist.Count.ShouldBe(500);
        _blacklist.Contains(ClientKey.FromIPv4(0), After(400)).ShouldBeFalse();
        _blacklist.SweepAll(After(400));
        _blacklist.Count.ShouldBe(104, "those of minutes 396 to 499");
        _blacklist.SweepAll(After(600));
        _blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void Small_sweeps_get_round_to_every_entry()
    {
        for (var i = 0u; i < 500; i++)
        {
            _blacklist.Add(ClientKey.FromIPv4(i), Cause(_blacklist), Start, Ttl);
        }

        var slots = _blacklist.Capacity;
        for (var seen = 0; seen < slots; seen += 7)
        {
            _blacklist.Sweep(After(31), 7);
        }

        _blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void A_sweep_begun_in_small_steps_is_finished_by_a_large_one()
    {
        for (var i = 0u; i < 500; i++)
        {
            _blacklist.Add(ClientKey.FromIPv4(i), Cause(_blacklist), Start, Ttl);
        }

        _blacklist.Sweep(After(1), 3);
        _blacklist.SweepAll(After(31));
        _blacklist.Count.ShouldBe(0);
    }

    private static ListingCause Cause(ClientList list) => list.CauseOf(ListSource.Header, "rule");

    [Fact]
    public void Nothing_is_counted_twice_when_a_change_comes_with_an_older_now_than_the_sweep_before_it()
    {
        const int Clients = 20_000;
        var list = new ClientList(ListKind.Whitelist, 1_000_000);
        var cause = list.CauseOf(ListSource.Header, "rule");
        for (var i = 0u; i < Clients; i++)
        {
            list.Add(ClientKey.FromIPv4(i), cause, Start, TimeSpan.FromMinutes(5));
        }

        list.Sweep(Start + TimeSpan.FromMinutes(6).Ticks, list.Capacity / 2);
        for (var i = 0u; i < Clients; i++)
        {
            list.Add(ClientKey.FromIPv4(Clients + i), cause, Start + TimeSpan.FromMinutes(4).Ticks, TimeSpan.FromHours(8));
        }

        list.SweepAll(Start + TimeSpan.FromMinutes(10).Ticks);
        list.Count.ShouldBe(Clients);
        list.Changes(ListSource.Header, ListChange.Expired).ShouldBe(Clients);
    }
}
