using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Statistics.Intervals;

public class DepartedHistoriesTests
{
    private const long Noon = 1_767_268_800;

    private readonly NodeStore _store = new(new ListJournals());

    [Fact]
    public void A_service_that_is_taken_out_and_put_back_goes_on_with_the_interval_it_had()
    {
        Count("shop", Noon, requests: 5);
        _store.KeepOnly([], now: 1);
        Count("SHOP", Noon, requests: 2);

        var shop = Service("shop");
        shop.Statistics.Current(At(Noon)).Counts.Requests.ShouldBe(7);
        shop.Statistics.Tick(At(Noon + 180));
        shop.Statistics.History.Find(Noon)!.Requests.ShouldBe(7);
    }

    [Fact]
    public void The_time_in_which_a_service_was_not_there_is_a_gap()
    {
        Count("shop", Noon, requests: 5);
        _store.KeepOnly([], now: 1);
        Count("shop", Noon + 540, requests: 2);
        var shop = Service("shop");
        shop.Statistics.Tick(At(Noon + 720));

        StatisticsSeries.Of(shop.Statistics.History, Noon, Noon + 720, 180).Select(point => point?.Requests).ShouldBe([5, null, null, 2]);
    }

    [Fact]
    public void Those_who_left_first_are_dropped()
    {
        for (var i = 0; i <= DepartedHistories.Most; i++)
        {
            Count($"service-{i}", Noon, requests: 1);
            _store.KeepOnly([], now: 1);
        }

        _store.Departed.All.Select(departed => departed.Service).ShouldBe(Enumerable.Range(1, DepartedHistories.Most).Select(i => $"service-{i}"));
        _store.Departed.Take("service-0").ShouldBeNull();
        _store.Departed.Take("Service-1").ShouldNotBeNull().Find(Noon)!.Requests.ShouldBe(1);
        _store.Departed.Forget(_store.Departed.All[0].History);
        _store.Departed.Take("service-2").ShouldBeNull();
        _store.Departed.All.Count.ShouldBe(DepartedHistories.Most - 2);
    }

    private void Count(string name, long moment, int requests)
    {
        var service = Service(name);
        service.Statistics.Tick(At(moment));
        for (var i = 0; i < requests; i++)
        {
            service.Requests.Count(Outcome.Passed);
        }
    }

    private ServiceStore Service(string name) => _store.Service(name, maximumEntries: 10, new ClientIdentity(64));

    private static DateTimeOffset At(long moment) => DateTimeOffset.FromUnixTimeSeconds(moment);
}
