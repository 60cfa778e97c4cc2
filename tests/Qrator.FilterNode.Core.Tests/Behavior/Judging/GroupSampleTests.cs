using Qrator.FilterNode.Behavior.History;
using Qrator.FilterNode.Behavior.Traits;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Behavior.Judging;

public sealed class GroupSampleTests
{
    private static readonly long Begin = TimeSpan.FromDays(2).Ticks;

    private readonly ClientTable _table = new(1 << 20);
    private readonly GroupSample _sample = new();

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
        Come(Begin, clients: 100, pages: 2);
        Judge(Begin + Seconds(3)).ShouldBe(GroupNature.Unknown);
        for (var i = 0; i < 100; i++)
        {
            _table.End(Client(i), TraitHash.Of(Client(i)), new(404, 0, Aborted: false), Begin, Begin);
        }

        Judge(Begin + Seconds(3)).ShouldBe(GroupNature.Tool);
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
        for (var second = 8; second < 14; second++)
        {
            Come(Begin + Seconds(second), clients: 100, pages: 1, first: 1_000);
        }

        Judge(Begin + Seconds(14)).ShouldBe(GroupNature.Tool);
    }

    private static long Seconds(int seconds) => TimeSpan.FromSeconds(seconds).Ticks;

    private static ClientKey Client(int i) => ClientKey.FromIPv4((uint)i);

    private GroupNature Judge(long now, bool isUrgent = false) => _sample.Judge(_table, static client => TraitHash.Of(client), now, now, isUrgent);

    private void Come(long now, int clients, int pages, int first = 0)
    {
        for (var i = first; i < first + clients; i++)
        {
            for (var page = 1; page <= pages; page++)
            {
                Ask(Client(i), (ulong)page, now);
            }

            _sample.Add(Client(i), TraitHash.Of(Client(i)), now);
        }
    }

    private void Ask(ClientKey client, ulong page, long now) => _table.Arrive(client, TraitHash.Of(client), page << 60, isUsualPage: true, now, now);
}
