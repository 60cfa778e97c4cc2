using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Filtering;

public sealed class FullListTests
{
    [Fact]
    public void When_the_list_is_full_offenders_pass_are_counted_and_cost_no_allocation()
    {
        var fixture = new FilterFixture(FilterFixture.Rules(FilterFixture.Rule("bad", "Blacklist")));
        var service = fixture.Service;
        var now = fixture.Now;
        fixture.Lists.Blacklist.Maximum = 1;
        fixture.Send("192.0.2.1", "Bad");
        var late = ClientKey.FromIPv4(0xC0000202);
        var request = new FakeRequest("Bad", null);

        RequestFilter.AtArrival(service, late, request, now).Action.ShouldBe(VerdictAction.Pass);
        Allocations.Of(() => RequestFilter.AtArrival(service, late, request, now)).ShouldBe(0);

        fixture.Lists.Blacklist.Count.ShouldBe(1);
        fixture.Lists.Blacklist.Changes(ListSource.Header, ListChange.Refused).ShouldBeGreaterThan(1);
        fixture.Send("192.0.2.1", "Mozilla").Action.ShouldBe(VerdictAction.Drop);
    }
}
