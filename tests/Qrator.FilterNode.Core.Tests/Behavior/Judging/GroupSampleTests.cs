using Qrator.FilterNode.Behavior.History;
using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.Judging;

public sealed class GroupSampleTests
{
    private static readonly long Begin = TimeSpan.FromDays(2).Ticks;
    private static readonly long Half = TimeSpan.TicksPerSecond / 2;

    private readonly ClientTable _table = new(1 << 20);
    private readonly GroupSample _sample = new();
    private long _ticked = Begin;

    [Fact]
    public void Clients_that_ask_for_one_page_again_and_again_are_a_tool()
    {
        Come(Begin, clients: 100, pages: 1);
        Come(Begin + Seconds(1), clients: 100, pages: 1);
        Judge(Begin + Seconds(3)).ShouldBe(GroupNature.Tool);
    }

    [Fact]
    public void Clients_that_look_around_on_the_site_are_visitors()
    {
        Come(Begin, clients: 100, pages: 3);
        Judge(Begin + Seconds(3)).ShouldBe(GroupNature.Visitors);
        Judge(Begin + Seconds(3), isUrgent: true).ShouldBe(GroupNature.Visitors);
    }

    [Fact]
    public void Some_visitors_do_not_save_a_tool_that_is_far_more()
    {
        Come(Begin, clients: 100, pages: 1);
        for (var i = 90; i < 100; i++)
        {
            Ask(Client(i), page: 2, Begin);
            Ask(Client(i), page: 3, Begin);
            Answer(Client(i), 200, Begin);
        }

        Judge(Begin + Seconds(3), isUrgent: true).ShouldBe(GroupNature.Tool);
    }

    [Fact]
    public void Who_asked_once_is_no_tool_unless_the_origin_has_more_to_do_than_usual()
    {
        Come(Begin, clients: 100, pages: 1);
        Judge(Begin + Seconds(3)).ShouldBe(GroupNature.Unknown);
        Judge(Begin + Seconds(3), isUrgent: true).ShouldBe(GroupNature.Tool);
    }

    [Fact]
    public void Clients_that_get_mostly_errors_are_a_tool()
    {
        Come(Begin, clients: 100, pages: 2, answered: false);
        Judge(Begin + Seconds(3)).ShouldBe(GroupNature.Unknown);
        for (var i = 0; i < 100; i++)
        {
            Answer(Client(i), 404, Begin);
        }

        Judge(Begin + Seconds(4)).ShouldBe(GroupNature.Unknown);
        Judge(Begin + Seconds(5)).ShouldBe(GroupNature.Tool);
    }

    [Fact]
    public void Who_waits_for_a_slow_page_is_no_tool_and_nor_is_who_asks_for_it_again_meanwhile()
    {
        Come(Begin, clients: 100, pages: 1, answered: false);
        Come(Begin + Seconds(4), clients: 100, pages: 1, answered: false);
        Judge(Begin + Seconds(6), isUrgent: true).ShouldBe(GroupNature.Unknown);
    }

    [Fact]
    public void Who_has_got_a_slow_page_has_the_time_to_ask_for_what_belongs_to_it()
    {
        Come(Begin, clients: 100, pages: 1, answered: false);
        Judge(Begin + Seconds(6), isUrgent: true).ShouldBe(GroupNature.Unknown);
        AnswerAll(Begin + Seconds(6));
        Judge(Begin + Seconds(6) + Half, isUrgent: true).ShouldBe(GroupNature.Unknown);
        for (var i = 0; i < 50; i++)
        {
            Ask(Client(i), page: 2, Begin + Seconds(7));
            Ask(Client(i), page: 3, Begin + Seconds(7));
        }

        Judge(Begin + Seconds(8), isUrgent: true).ShouldBe(GroupNature.Visitors);
    }

    [Fact]
    public void Clients_that_get_a_slow_page_and_ask_for_nothing_that_belongs_to_it_are_a_tool_when_the_origin_has_much_to_do()
    {
        Come(Begin, clients: 100, pages: 1, answered: false);
        Judge(Begin + Seconds(6), isUrgent: true).ShouldBe(GroupNature.Unknown);
        AnswerAll(Begin + Seconds(6));
        Judge(Begin + Seconds(6) + Half, isUrgent: true).ShouldBe(GroupNature.Unknown);
        Judge(Begin + Seconds(7) + Half, isUrgent: true).ShouldBe(GroupNature.Unknown);
        Judge(Begin + Seconds(8), isUrgent: false).ShouldBe(GroupNature.Unknown);
        Judge(Begin + Seconds(8), isUrgent: true).ShouldBe(GroupNature.Tool);
    }

    [Fact]
    public void A_page_that_nobody_gets_is_not_waited_for_for_ever()
    {
        Come(Begin, clients: 100, pages: 1, answered: false);
        Judge(Begin + Seconds(9), isUrgent: false).ShouldBe(GroupNature.Unknown);
        Judge(Begin + Seconds(9), isUrgent: true).ShouldBe(GroupNature.Tool);
    }

    [Fact]
    public void Who_gets_only_errors_of_the_origin_could_not_show_what_it_is()
    {
        Come(Begin, clients: 100, pages: 1, answered: false);
        for (var i = 0; i < 100; i++)
        {
            Answer(Client(i), 503, Begin);
        }

        Come(Begin + Seconds(3), clients: 100, pages: 1, answered: false);
        Judge(Begin + Seconds(5), isUrgent: true).ShouldBe(GroupNature.Unknown);
    }

    [Fact]
    public void Silence_says_nothing_before_enough_clients_were_silent()
    {
        Come(Begin, clients: 100, pages: 1);
        Judge(Begin + Seconds(3), isUrgent: true, GroupSample.Places + 1).ShouldBe(GroupNature.Unknown);
        Judge(Begin + Seconds(3), isUrgent: true, GroupSample.Places / 2).ShouldBe(GroupNature.Tool);
    }

    [Fact]
    public void The_time_that_requests_are_with_the_origin_is_that_of_those_who_wait()
    {
        Come(Begin, clients: 100, pages: 1, answered: false);
        Judge(Begin + Seconds(4));
        _sample.SecondsInFlight.ShouldBe(4);
        AnswerAll(Begin + Seconds(5));
        Judge(Begin + Seconds(5));
        _sample.SecondsInFlight.ShouldBe(0);
    }

    [Fact]
    public void Nothing_is_said_of_clients_that_had_no_time_to_show_what_they_are()
    {
        Come(Begin, clients: 100, pages: 1);
        Judge(Begin + Seconds(1), isUrgent: true).ShouldBe(GroupNature.Unknown);
    }

    [Fact]
    public void Nothing_is_said_of_a_group_by_a_handful_of_clients()
    {
        Come(Begin, clients: 4, pages: 1);
        Judge(Begin + Seconds(3), isUrgent: true).ShouldBe(GroupNature.Unknown);
    }

    [Fact]
    public void A_tool_that_comes_after_visitors_of_the_same_group_is_found_out()
    {
        Come(Begin, clients: 100, pages: 3);
        Judge(Begin + Seconds(3)).ShouldBe(GroupNature.Visitors);
        for (var second = 10; second < 16; second++)
        {
            Come(Begin + Seconds(second), clients: 100, pages: 1, first: 1_000);
        }

        Judge(Begin + Seconds(16)).ShouldBe(GroupNature.Tool);
    }

    private static long Seconds(int seconds) => TimeSpan.FromSeconds(seconds).Ticks;

    private static ClientKey Client(int i) => ClientKey.FromIPv4((uint)i);

    // A tick each half second, as in the node.
    private GroupNature Judge(long now, bool isUrgent = false, int enough = 10)
    {
        for (; _ticked < now; _ticked += Half)
        {
            _sample.Judge(_table, _ticked, _ticked, int.MaxValue);
        }

        return _sample.Judge(_table, now, now, isUrgent ? enough : int.MaxValue);
    }

    private void Come(long now, int clients, int pages, int first = 0, bool answered = true)
    {
        for (var i = first; i < first + clients; i++)
        {
            for (var page = 1; page <= pages; page++)
            {
                Ask(Client(i), (ulong)page, now);
                if (answered)
                {
                    Answer(Client(i), 200, now);
                }
            }

            _sample.Add(Client(i), TraitHash.Of(Client(i)), now);
        }
    }

    private void AnswerAll(long now)
    {
        for (var i = 0; i < 100; i++)
        {
            Answer(Client(i), 200, now);
        }
    }

    private void Answer(ClientKey client, int status, long now) => _table.End(client, TraitHash.Of(client), new(status, 0, Aborted: false), now, now);

    private void Ask(ClientKey client, ulong page, long now) => _table.Arrive(client, TraitHash.Of(client), page << 60, isUsualPage: true, now, now);
}
