using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.RateLimits;

public sealed class BucketStoreTests
{
    private static readonly BucketLimits TwoASecond = BucketLimits.Create(2, 3);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly ClientKey Client = ClientKey.FromIPv4(0xC0000201);
    private static readonly ClientKey Other = new(0x2001_0db8_0000_0001, 0);
    private readonly BucketStore _store = new(1_000);

    [Fact]
    public void Client_that_no_rule_has_matched_is_not_metered()
    {
        _store.Touch(Other, 0, Minute);
        _store.IsLimited(Client, 0).ShouldBeFalse();
        _store.Meter(Client, 0, TwoASecond).ShouldBe(new MeterResult(MeterOutcome.NotLimited, 0));
    }

    [Fact]
    public void Client_is_limited_from_a_match_until_just_before_the_ttl_is_over()
    {
        var end = 100 + Minute.Ticks;
        _store.Touch(Client, 100, Minute).ShouldBe(TouchOutcome.Limited);
        _store.IsLimited(Client, 100).ShouldBeTrue();
        _store.IsLimited(Client, end - 1).ShouldBeTrue();
        _store.IsLimited(Client, end).ShouldBeFalse();
        _store.Meter(Client, end, TwoASecond).Outcome.ShouldBe(MeterOutcome.NotLimited);
        _store.TryGet(Client, end, TwoASecond, out _).ShouldBeFalse();
    }

    [Fact]
    public void Later_match_lets_the_time_run_anew_and_keeps_the_bucket()
    {
        _store.Touch(Client, 0, Minute);
        _store.Meter(Client, 0, TwoASecond);
        _store.Touch(Client, Ticks.Seconds(0.25), Minute).ShouldBe(TouchOutcome.Prolonged);
        _store.IsLimited(Client, Minute.Ticks).ShouldBeTrue();
        _store.TryGet(Client, Ticks.Seconds(0.25), TwoASecond, out var found).ShouldBeTrue();
        found.ShouldBe(new LimitedClient(Client, 0.5m, Minute));
    }

    [Fact]
    public void Client_whose_time_is_over_starts_with_an_empty_bucket_at_the_next_match()
    {
        var slow = BucketLimits.Create(0.001m, 0);
        _store.Touch(Client, 0, Minute);
        _store.Meter(Client, 0, slow);
        _store.Touch(Client, Minute.Ticks, Minute).ShouldBe(TouchOutcome.Limited);
        _store.Meter(Client, Minute.Ticks, slow).Outcome.ShouldBe(MeterOutcome.Allowed);
        _store.Count.ShouldBe(1);
    }

    [Fact]
    public void Changed_limits_hold_for_the_bucket_that_is_there()
    {
        _store.Touch(Client, 0, Minute);
        Enumerable.Range(0, 4).ShouldAllBe(_ => _store.Meter(Client, 0, TwoASecond).Outcome == MeterOutcome.Allowed);
        _store.Meter(Client, 0, TwoASecond).ShouldBe(new MeterResult(MeterOutcome.Excess, 1));
        _store.Meter(Client, 0, BucketLimits.Create(0.1m, 2)).ShouldBe(new MeterResult(MeterOutcome.Excess, 20));
        _store.Meter(Client, 0, BucketLimits.Create(2, 4)).Outcome.ShouldBe(MeterOutcome.Allowed);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("0.1", 10)]
    [InlineData("0.3", 4)]
    [InlineData("1000000", 1)]
    [InlineData("0.001", 60)]
    public void Retry_after_is_in_whole_seconds_rounded_up_and_no_longer_than_the_client_is_limited(string rate, int seconds)
    {
        var limits = BucketLimits.Create(decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture), 0);
        _store.Touch(Client, 0, Minute);
        _store.Meter(Client, 0, limits);
        _store.Meter(Client, 0, limits).ShouldBe(new MeterResult(MeterOutcome.Excess, seconds));
        _store.Meter(Client, Ticks.Seconds(seconds), limits).Outcome.ShouldNotBe(MeterOutcome.Excess);
    }

    [Fact]
    public void Removed_client_is_not_limited_and_starts_clean()
    {
        _store.Touch(Client, 0, Minute);
        _store.Meter(Client, 0, TwoASecond);
        _store.Remove(Client, 0).ShouldBeTrue();
        _store.Remove(Client, 0).ShouldBeFalse();
        _store.IsLimited(Client, 0).ShouldBeFalse();
        _store.Count.ShouldBe(0);
        _store.Touch(Client, 0, Minute).ShouldBe(TouchOutcome.Limited);
        _store.TryGet(Client, 0, TwoASecond, out var found).ShouldBeTrue();
        found.Level.ShouldBe(0);
    }

    [Fact]
    public void List_shows_each_limited_client_once()
    {
        _store.Touch(Client, 0, Minute);
        _store.Touch(Other, 0, TimeSpan.FromSeconds(1));
        _store.List(0, TwoASecond).Select(entry => entry.Client).ShouldBe([Client, Other], ignoreOrder: true);
        _store.List(Ticks.Seconds(1), TwoASecond).ShouldBe([new LimitedClient(Client, 0, TimeSpan.FromSeconds(59))]);
    }

    [Fact]
    public void Ttl_that_reaches_over_the_end_of_the_clock_ends_there()
    {
        _store.Touch(Client, long.MaxValue - 5, TimeSpan.MaxValue);
        _store.IsLimited(Client, long.MaxValue - 1).ShouldBeTrue();
    }

    [Fact]
    public void Ttl_of_nothing_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => _store.Touch(Client, 0, TimeSpan.Zero));

    [Fact]
    public void Calls_allocate_nothing() => Allocations.OfOne(() =>
    {
        for (var now = 0; now < 1_000; now++)
        {
            _store.IsLimited(Other, now);
            _store.Meter(Client, now, TwoASecond);
            _store.Touch(Client, now, Minute);
        }
    }).ShouldBe(0);
}
