using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

public class ClientListBoundTests
{
    private readonly ClientList _list = new(ListKind.Blacklist, 100);
    private readonly ListingCause _cause;

    public ClientListBoundTests() => _cause = _list.CauseOf(ListSource.Header, "rule");

    [Fact]
    public void At_the_maximum_a_new_automatic_entry_is_refused_and_counted()
    {
        Fill(0, 100);
        _list.Add(ClientOf(100), _cause, Start, Ttl).ShouldBe(AddResult.Refused);
        _list.Contains(ClientOf(100), Start).ShouldBeFalse();
        (_list.Count, _list.Changes(ListSource.Header, ListChange.Refused)).ShouldBe((100, 1));
    }

    [Fact]
    public void At_the_maximum_the_entries_there_are_can_still_be_extended()
    {
        Fill(0, 100);
        _list.Add(ClientOf(7), _list.CauseOf(ListSource.Geo, ""), After(10), Ttl).ShouldBe(AddResult.Extended);
        _list.Contains(ClientOf(7), After(35)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_entry_that_goes_makes_room_for_another(bool byRemoval)
    {
        Fill(0, 100);
        if (byRemoval)
        {
            _list.Remove(ClientOf(3), After(31));
        }

        _list.SweepAll(After(31));
        _list.Add(ClientOf(100), _cause, After(31), Ttl).ShouldBe(AddResult.Added);
    }

    [Fact]
    public void An_offender_whose_time_is_over_takes_its_own_place_again_without_a_sweep()
    {
        Fill(0, 100);
        _list.Add(ClientOf(3), _cause, After(31), Ttl).ShouldBe(AddResult.Added);
        _list.Count.ShouldBe(100);
    }

    [Fact]
    public void A_smaller_maximum_takes_effect_on_new_entries_only()
    {
        Fill(0, 100);
        _list.Maximum = 50;
        _list.Count.ShouldBe(100);
        _list.Contains(ClientOf(99), Start).ShouldBeTrue();
        _list.Add(ClientOf(100), _cause, Start, Ttl).ShouldBe(AddResult.Refused);
        _list.Maximum = 101;
        _list.Add(ClientOf(100), _cause, Start, Ttl).ShouldBe(AddResult.Added);
    }

    [Fact]
    public void Refused_clients_take_no_memory()
    {
        Fill(0, 100);
        var capacity = _list.Capacity;
        for (var i = 100; i < 50_000; i++)
        {
            _list.Add(ClientOf(i), _cause, Start, Ttl);
        }

        _list.Capacity.ShouldBe(capacity);
    }

    [Fact]
    public void Offenders_that_come_and_go_by_the_thousand_leave_bounded_memory()
    {
        var (now, largest) = (Start, 0);
        for (var round = 0; round < 400; round++)
        {
            for (var i = 0; i < 100; i++)
            {
                _list.Add(ClientOf((round * 100) + i), _cause, now, TimeSpan.FromMinutes(5)).ShouldBe(AddResult.Added);
            }

            largest = Math.Max(largest, _list.Capacity);
            now += TimeSpan.FromMinutes(5).Ticks;
            _list.SweepAll(now);
        }

        // The 40,000 that came by would take more than 40,000 slots; each of 256 shards may remember as many as it may hold, and eight.
        largest.ShouldBeLessThanOrEqualTo(256 * 32);
        _list.SweepAll(now + TimeSpan.FromDays(1).Ticks);
        _list.Capacity.ShouldBe(0, "a day later nothing is remembered");
    }

    [Fact]
    public void Memory_is_given_back_when_entries_end()
    {
        var list = new ClientList(ListKind.Whitelist, 100_000);
        var cause = list.CauseOf(ListSource.Header, "rule");
        for (var i = 0; i < 100_000; i++)
        {
            list.Add(ClientOf(i), cause, Start, i < 1_000 ? TimeSpan.FromHours(8) : TimeSpan.FromMinutes(5));
        }

        list.SweepAll(After(10));
        list.SweepAll(After(25 * 60));
        list.SweepAll(After(26 * 60));
        list.Capacity.ShouldBe(0);
        list.Count.ShouldBe(0);
    }

    private void Fill(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            _list.Add(ClientOf(i), _cause, Start, Ttl).ShouldBe(AddResult.Added);
        }
    }

    private static ClientKey ClientOf(int index) =>
        index % 2 == 0 ? ClientKey.FromIPv4((uint)index) : new(0x2001_0db8_0000_0000UL | (uint)index, 0);
}
