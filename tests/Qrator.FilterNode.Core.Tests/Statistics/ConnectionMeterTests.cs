using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Statistics;

public class ConnectionMeterTests
{
    private static readonly ClientKey Client = ClientKey.FromIPv4(0xC0000201);

    private readonly RequestCounters _nobody = new();
    private readonly RequestCounters _shop = new();
    private readonly RequestCounters _blog = new();

    [Fact]
    public void On_HTTP1_each_request_has_the_bytes_between_two_message_beginnings()
    {
        var meter = new ConnectionMeter(_nobody, sharesRequests: false);
        Exchange(meter, _shop, TrafficKind.Passed, 100, 1_000);
        Exchange(meter, _blog, TrafficKind.Passed, 20, 300);
        Exchange(meter, _shop, TrafficKind.Dropped, 3, 0);
        meter.Close();

        Bytes(_shop).ShouldBe((100, 1_000, 3, 0));
        Bytes(_blog).ShouldBe((20, 300, 0, 0));
        Bytes(_nobody).ShouldBe((0, 0, 0, 0));
    }

    [Fact]
    public void Bytes_without_a_request_belong_to_nobody()
    {
        var meter = new ConnectionMeter(_nobody, sharesRequests: false);
        Exchange(meter, _shop, TrafficKind.Passed, 100, 1_000);
        meter.MessageBegins();
        meter.Receive(7);
        meter.Send(50);
        meter.Look();
        meter.Close();

        Bytes(_shop).ShouldBe((100, 1_000, 0, 0));
        Bytes(_nobody).ShouldBe((0, 0, 7, 50));
    }

    [Fact]
    public void A_request_that_runs_is_counted_from_the_second_look_on()
    {
        var meter = new ConnectionMeter(_nobody, sharesRequests: false);
        meter.MessageBegins();
        meter.Receive(100);
        meter.RequestRuns(_shop, Client);
        meter.Send(10);
        meter.Look();
        Bytes(_shop).ShouldBe((0, 0, 0, 0));
        meter.Look();
        Bytes(_shop).ShouldBe((100, 10, 0, 0));
        meter.Send(5);
        meter.Look();
        meter.Look();
        Bytes(_shop).ShouldBe((100, 15, 0, 0));
    }

    [Fact]
    public void What_is_sent_after_the_end_of_a_request_is_its_own()
    {
        var meter = new ConnectionMeter(_nobody, sharesRequests: false);
        meter.MessageBegins();
        meter.Receive(100);
        meter.RequestRuns(_shop, Client);
        meter.RequestEnds(_shop, Client, TrafficKind.Passed);
        meter.Send(200);
        meter.Look();

        Bytes(_shop).ShouldBe((100, 200, 0, 0));
    }

    [Fact]
    public void On_HTTP2_what_came_since_the_last_end_goes_to_the_request_that_ends()
    {
        var meter = new ConnectionMeter(_nobody, sharesRequests: true);
        meter.Receive(50);
        meter.RequestRuns(_shop, Client);
        meter.Receive(50);
        meter.RequestRuns(_blog, Client);
        meter.RequestEnds(_shop, Client, TrafficKind.Passed);
        meter.Receive(7);
        meter.Send(9);
        meter.RequestEnds(_blog, Client, TrafficKind.Dropped);
        meter.Send(1);
        meter.Close();

        Bytes(_shop).ShouldBe((100, 0, 0, 0));
        Bytes(_blog).ShouldBe((0, 0, 7, 10));
    }

    [Fact]
    public void A_connection_counts_once_for_a_service_and_as_passed_once_a_request_has_passed()
    {
        var meter = new ConnectionMeter(_nobody, sharesRequests: false);
        Exchange(meter, _shop, TrafficKind.Dropped, 1, 1);
        (_shop.Traffic.Connections, _shop.Traffic.PassedConnections).ShouldBe((1, 0));
        Exchange(meter, _shop, TrafficKind.Passed, 1, 1);
        Exchange(meter, _shop, TrafficKind.Passed, 1, 1);
        (_shop.Traffic.Connections, _shop.Traffic.PassedConnections).ShouldBe((1, 1));
    }

    [Fact]
    public async Task With_a_look_at_any_moment_every_byte_is_counted_once_and_for_its_service()
    {
        const int Times = 200_000;
        var meter = new ConnectionMeter(_nobody, sharesRequests: false);
        using var done = new CancellationTokenSource();
        var looking = Task.Factory.StartNew(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    meter.Look();
                    Thread.Yield();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        for (var i = 0; i < Times; i++)
        {
            Exchange(meter, i % 2 == 0 ? _shop : _blog, TrafficKind.Passed, 3 + (i % 2), 5 + (i % 2));
        }

        await done.CancelAsync();
        await looking;
        meter.Close();
        Bytes(_shop).ShouldBe((Times / 2 * 3, Times / 2 * 5, 0, 0));
        Bytes(_blog).ShouldBe((Times / 2 * 4, Times / 2 * 6, 0, 0));
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var meter = new ConnectionMeter(_nobody, sharesRequests: false);
        Allocations.Of(() =>
        {
            Exchange(meter, _shop, TrafficKind.Passed, 1, 1);
            meter.Look();
            return 0;
        }).ShouldBe(0);
    }

    private static void Exchange(ConnectionMeter meter, RequestCounters service, TrafficKind kind, long received, long sent)
    {
        meter.MessageBegins();
        meter.Receive(received);
        meter.RequestRuns(service, Client);
        meter.Send(sent - (sent / 2));
        meter.RequestEnds(service, Client, kind);
        meter.Send(sent / 2);
    }

    private static (long Received, long Sent, long ReceivedDropped, long SentDropped) Bytes(RequestCounters counters) =>
    (
        counters.Traffic.Received(TrafficKind.Passed), counters.Traffic.Sent(TrafficKind.Passed),
        counters.Traffic.Received(TrafficKind.Dropped), counters.Traffic.Sent(TrafficKind.Dropped)
    );
}
