namespace Qrator.FilterNode.Behavior;

/// <summary>Off, Shadow and On.</summary>
public sealed class BehaviorModeTests
{
    private static readonly TimeSpan Lesson = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void In_shadow_the_same_is_counted_and_nobody_listed()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.Shadow });
        node.Pass(Lesson);
        node.Pass(8 * Second, () => node.Flood());

        node.Store.State.ShouldBe(BehaviorState.Attack);
        node.Store.Counters.Shadow(BehaviorKind.Group).ShouldBeInRange(290, 300);
        node.Lists.Blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void Off_means_that_nothing_is_remembered()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.Off });
        node.Pass(10 * Second, () => node.Flood());
        (node.Store.Bytes, node.Store.TrackedClients, node.Store.State).ShouldBe((0, 0, BehaviorState.Calm));
    }

    [Fact]
    public void Without_a_mode_a_service_is_in_shadow_for_24_hours_and_then_on()
    {
        var node = new BehaviorFixture(new() { Mode = null });
        node.Store.Mode.ShouldBe(BehaviorMode.Shadow);
        node.Tick(Second);
        node.Store.FirstSeen.ShouldBe(node.UtcNow);
        node.Tick(TimeSpan.FromHours(23.9));
        node.Store.Mode.ShouldBe(BehaviorMode.Shadow);
        node.Tick(TimeSpan.FromHours(0.2));
        node.Store.Mode.ShouldBe(BehaviorMode.On);
        node.Reports.ShouldHaveSingleItem().ShouldBe(new(BehaviorEvent.ModeChanged, "from Shadow to On, 24 hours after the service was first seen"));
    }

    [Fact]
    public void A_service_that_was_seen_a_day_before_the_restart_is_on_at_once()
    {
        var node = new BehaviorFixture(new() { Mode = null });
        node.Store.FirstSeen = node.UtcNow - TimeSpan.FromHours(25);
        node.Tick(Second);
        node.Store.Mode.ShouldBe(BehaviorMode.On);
    }

    [Fact]
    public void The_mode_that_an_operator_sets_goes_before_the_configured_one()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.On });
        node.Store.ModeOverride = BehaviorMode.Shadow;
        node.Store.Mode.ShouldBe(BehaviorMode.Shadow);
        node.Tick(Second);
        node.Store.Mode.ShouldBe(BehaviorMode.Shadow);
        node.Store.ModeOverride = null;
        node.Tick(Second);
        node.Store.Mode.ShouldBe(BehaviorMode.On);
    }

    [Fact]
    public void Off_takes_its_causes_out_of_force_once_and_the_error_share_goes_with_its_limit()
    {
        var node = new BehaviorFixture();
        node.Store.Causes.Select(cause => cause.Rule).ShouldBe(["requests", "origin-time", "errors", "group"]);
        node.Store.HasLapsed().ShouldBeFalse();

        node.Store.ModeOverride = BehaviorMode.Off;
        node.Store.Causes.ShouldBeEmpty();
        (node.Store.HasLapsed(), node.Store.HasLapsed()).ShouldBe((true, false));

        node.Store.ModeOverride = BehaviorMode.Shadow;
        node.Store.Causes.Count().ShouldBe(4);
        new BehaviorFixture(new() { Mode = BehaviorMode.Off, Limits = new() { ErrorShare = 0.5 } }).Store.Causes.Select(cause => cause.Rule).ShouldBe(["error-share"]);
    }

    [Fact]
    public void While_detection_is_off_nothing_piles_up_behind_a_limit_that_is_on()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.Off, Limits = new() { Concurrent = 100 } });
        node.Pass(TimeSpan.FromMinutes(2), () => node.Flood(clients: 10_000));

        node.Store.ModeOverride = BehaviorMode.On;
        node.Tick(Second);

        node.Store.Overlooked.ShouldBe(0);
    }
}
