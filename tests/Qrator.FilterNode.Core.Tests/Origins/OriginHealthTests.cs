using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Origins;

public class OriginHealthTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly TestTimeProvider _time = new(TimeSpan.TicksPerSecond);
    private readonly NodeClock _clock;
    private readonly OriginHealth _health = new();

    public OriginHealthTests() => _clock = new(_time);

    private long Now => _clock.Now;

    [Fact]
    public void An_origin_that_failed_is_set_aside_for_ten_seconds()
    {
        _health.Unreachable(Now);

        _time.Advance(OriginHealth.Aside - Tick);
        _health.TryTake(Now, out _).ShouldBeFalse();
        _time.Advance(Tick);
        _health.TryTake(Now, out var probe).ShouldBeTrue();
        probe.ShouldNotBe(0);
        _health.IsAvailable.ShouldBeFalse();
    }

    [Fact]
    public void One_request_probes_at_a_time()
    {
        DueForProbe();
        _health.TryTake(Now, out var probe).ShouldBeTrue();

        _health.TryTake(Now, out _).ShouldBeFalse();
        _health.EndProbe(probe);
        _health.TryTake(Now, out _).ShouldBeTrue();
    }

    [Fact]
    public void A_probe_that_connects_opens_the_origin_for_all()
    {
        DueForProbe();
        _health.TryTake(Now, out _).ShouldBeTrue();

        _health.Connected(Now);

        _health.IsAvailable.ShouldBeTrue();
        _health.TryTake(Now, out var probe).ShouldBeTrue();
        probe.ShouldBe(0);
    }

    [Fact]
    public void A_probe_that_fails_sets_aside_for_another_ten_seconds()
    {
        DueForProbe();
        _health.TryTake(Now, out _).ShouldBeTrue();

        _health.Unreachable(Now);

        _health.TryTake(Now, out _).ShouldBeFalse();
        _time.Advance(OriginHealth.Aside);
        _health.TryTake(Now, out _).ShouldBeTrue();
    }

    [Fact]
    public void The_late_end_of_an_old_probe_does_not_end_a_new_one()
    {
        DueForProbe();
        _health.TryTake(Now, out var old).ShouldBeTrue();
        _health.Unreachable(Now);
        _time.Advance(OriginHealth.Aside);
        _health.TryTake(Now, out _).ShouldBeTrue();

        _health.EndProbe(old);

        _health.TryTake(Now, out _).ShouldBeFalse();
    }

    [Fact]
    public void Few_may_connect_to_the_unknown_many_to_the_living_one_to_the_failed()
    {
        _health.ConnectLimit(Now).ShouldBe(4);
        _health.Connected(Now);
        _health.ConnectLimit(Now).ShouldBe(64);
        _time.Advance(TimeSpan.FromSeconds(1));
        _health.ConnectLimit(Now).ShouldBe(64);
        _time.Advance(Tick);
        _health.ConnectLimit(Now).ShouldBe(4);
        _health.Answered(Now);
        _health.ConnectLimit(Now).ShouldBe(64);
        _health.Unreachable(Now);
        _health.ConnectLimit(Now).ShouldBe(1);
    }

    [Fact]
    public void Sixteen_threads_never_probe_together()
    {
        DueForProbe();
        var probes = 0;
        var taken = 0;
        Parallel.For(0, 16, _ =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (_health.TryTake(Now, out var probe))
                {
                    Interlocked.Increment(ref probes).ShouldBe(1);
                    taken++;
                    Interlocked.Decrement(ref probes);
                    _health.EndProbe(probe);
                }
            }
        });

        taken.ShouldBeGreaterThan(0);
    }

    private void DueForProbe()
    {
        _health.Unreachable(Now);
        _time.Advance(OriginHealth.Aside);
    }
}
