using Qrator.FilterNode.Clients;
using static Qrator.FilterNode.Lists.ListTestClock;

namespace Qrator.FilterNode.Lists;

public class ClientListRetireTests
{
    private readonly ClientList _list = new(ListKind.Blacklist, 100_000);

    [Fact]
    public void Entries_of_rules_that_are_gone_end_and_the_others_stay()
    {
        var (gone, kept) = (_list.CauseOf(ListSource.Header, "gone"), _list.CauseOf(ListSource.Header, "kept"));
        AddMany(gone, 0, 100);
        AddMany(kept, 100, 50);

        _list.RetireAllBut(new HashSet<ListingCause> { kept }, After(1), out _).ShouldBe(100);

        _list.Count.ShouldBe(50);
        _list.Changes(ListSource.Header, ListChange.Removed).ShouldBe(100);
        Enumerable.Range(0, 150).Where(i => _list.Contains(ClientOf(i), After(1))).ShouldBe(Enumerable.Range(100, 50));
    }

    [Fact]
    public void A_request_that_began_before_can_add_nobody_for_a_rule_that_is_gone()
    {
        var gone = _list.CauseOf(ListSource.Header, "gone");
        _list.RetireAllBut(new HashSet<ListingCause>(), Start, out _);

        gone.Retired.ShouldBeTrue();
        _list.Add(ClientOf(1), gone, Start, Ttl).ShouldBe(AddResult.Unchanged);
        _list.Contains(ClientOf(1), Start).ShouldBeFalse();
        _list.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(ListSource.Api)]
    [InlineData(ListSource.Behavior)]
    [InlineData(ListSource.Config)]
    public void What_no_rule_of_the_configuration_made_stays(ListSource source)
    {
        AddMany(_list.CauseOf(source, ""), 0, 10);
        _list.RetireAllBut(new HashSet<ListingCause>(), After(1), out _).ShouldBe(0);
        _list.Count.ShouldBe(10);
    }

    [Fact]
    public void An_offence_under_a_rule_that_is_gone_doubles_nothing()
    {
        _list.Add(ClientOf(1), _list.CauseOf(ListSource.Header, "gone"), Start, Ttl);
        _list.RetireAllBut(new HashSet<ListingCause>(), After(31), out _);
        _list.Add(ClientOf(1), _list.CauseOf(ListSource.Header, "new"), After(32), Ttl, out var entry);
        entry.Expires.ShouldBe(After(62));
    }

    [Fact]
    public void A_rule_that_comes_back_is_a_new_cause_with_no_entries()
    {
        var first = _list.CauseOf(ListSource.Header, "rule");
        AddMany(first, 0, 10);
        _list.RetireAllBut(new HashSet<ListingCause>(), Start, out _);

        var second = _list.CauseOf(ListSource.Header, "rule");
        second.ShouldNotBeSameAs(first);
        second.Retired.ShouldBeFalse();
        _list.Count.ShouldBe(0);
        _list.Add(ClientOf(1), second, Start, Ttl).ShouldBe(AddResult.Added);
        _list.CauseOf(ListSource.Header, "rule").ShouldBeSameAs(second);
    }

    [Fact]
    public void Numbers_of_causes_are_used_again_so_that_reloads_never_run_out_of_them()
    {
        for (var reload = 0; reload < 3_000; reload++)
        {
            var causes = Enumerable.Range(0, 40).Select(i => _list.CauseOf(ListSource.Header, $"{reload}-{i}")).ToList();
            _list.Add(ClientOf(reload), causes[reload % 40], Start, Ttl).ShouldBe(AddResult.Added);
            _list.TryGet(ClientOf(reload), Start, out var entry).ShouldBeTrue();
            entry.Rule.ShouldBe($"{reload}-{reload % 40}");
            _list.RetireAllBut(new HashSet<ListingCause>(), Start, out _).ShouldBe(1);
        }
    }

    [Fact]
    public void Entries_keep_their_rule_when_the_number_of_another_is_used_again()
    {
        var kept = _list.CauseOf(ListSource.Header, "kept");
        AddMany(kept, 0, 10);
        for (var i = 0; i < 10; i++)
        {
            AddMany(_list.CauseOf(ListSource.Geo, $"gone {i}"), 10, 10);
            _list.RetireAllBut(new HashSet<ListingCause> { kept }, Start, out _).ShouldBe(10);
        }

        _list.TryGet(ClientOf(3), Start, out var entry).ShouldBeTrue();
        (entry.Source, entry.Rule).ShouldBe((ListSource.Header, "kept"));
        (_list.CountOf(ListSource.Header), _list.CountOf(ListSource.Geo)).ShouldBe((10, 0));
    }

    private void AddMany(ListingCause cause, int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            _list.Add(ClientOf(i), cause, Start, Ttl).ShouldBe(AddResult.Added);
        }
    }

    private static ClientKey ClientOf(int index) =>
        index % 2 == 0 ? ClientKey.FromIPv4((uint)index) : new(0x2001_0db8_0000_0000UL | (uint)index, 0);
}
