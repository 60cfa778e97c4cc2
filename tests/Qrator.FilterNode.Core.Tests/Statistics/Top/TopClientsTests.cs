using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Statistics.Top;

public class TopClientsTests
{
    private static readonly ClientKey One = ClientKey.FromIPv4(1);
    private static readonly ClientKey Other = ClientKey.FromIPv4(2);

    private readonly TopClients _top = new();

    [Fact]
    public void Each_measure_counts_by_itself()
    {
        _top.Turn(0);
        _top.CountRequest(One, isError: false, originTicks: 500);
        _top.CountRequest(One, isError: false, originTicks: 0);
        _top.CountRequest(Other, isError: true, originTicks: 700);
        _top.CountBytes(Other, 1_000);
        _top.CountBytes(One, 0);

        Found(ClientMeasure.Requests).ShouldBe([(One, 2), (Other, 1)]);
        Found(ClientMeasure.Errors).ShouldBe([(Other, 1)]);
        Found(ClientMeasure.OriginTime).ShouldBe([(Other, 700), (One, 500)]);
        Found(ClientMeasure.Bytes).ShouldBe([(Other, 1_000)]);
    }

    [Fact]
    public void What_is_older_than_two_windows_is_forgotten()
    {
        var now = 1_000L;
        _top.Turn(now);
        _top.CountRequest(One, isError: false, originTicks: 0);
        _top.Turn(now += TopClients.Window.Ticks - 1);
        _top.Turn(now += 1);
        _top.CountRequest(Other, isError: false, originTicks: 0);
        Found(ClientMeasure.Requests).Count.ShouldBe(2);
        _top.Top(ClientMeasure.Requests, 10, now + TimeSpan.TicksPerSecond).Span.ShouldBe(TopClients.Window + TimeSpan.FromSeconds(1));

        _top.Turn(now += TopClients.Window.Ticks);
        Found(ClientMeasure.Requests).ShouldBe([(Other, 1)]);
        _top.Turn(now += TopClients.Window.Ticks);
        Found(ClientMeasure.Requests).ShouldBeEmpty();
    }

    [Fact]
    public void After_a_long_pause_nothing_old_is_left()
    {
        _top.Turn(0);
        _top.CountRequest(One, isError: false, originTicks: 0);
        _top.Turn(TopClients.Window.Ticks);
        _top.CountRequest(Other, isError: false, originTicks: 0);
        _top.Turn(TopClients.Window.Ticks * 10);

        Found(ClientMeasure.Requests).ShouldBeEmpty();
        _top.Top(ClientMeasure.Requests, 10, TopClients.Window.Ticks * 10).ShouldSatisfyAllConditions(
            top => top.Total.ShouldBe(0), top => top.Span.ShouldBe(TimeSpan.Zero));
    }

    private List<(ClientKey, long)> Found(ClientMeasure measure) =>
        [.. _top.Top(measure, 10, 0).Clients.Select(client => (client.Client, client.Count))];
}
