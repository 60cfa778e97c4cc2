using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Behavior;

/// <summary>The first minutes after a start, before anything is known to be usual.</summary>
public sealed class BehaviorFloorsTests
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(20);
    private static readonly BehaviorFloorsConfig High = new() { RequestsPerSecond = 10_000, Concurrent = 10_000, ErrorsPerSecond = 10_000 };

    public static TheoryData<string, BehaviorFloorsConfig> Floors => new()
    {
        { "requests", High with { RequestsPerSecond = 120 } },
        { "origin-time", High with { Concurrent = 5 } },
        { "errors", High with { ErrorsPerSecond = 1 } },
    };

    [Theory]
    [MemberData(nameof(Floors))]
    public void In_the_first_minutes_load_above_a_configured_floor_is_an_attack(string rule, BehaviorFloorsConfig floors)
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.On, Floors = floors });
        var attacker = new LoneAttacker(node);

        node.Pass(Time, attacker.Of(rule));

        node.Store.State.ShouldBe(BehaviorState.Attack);
        attacker.Rule.ShouldBe(rule);
        node.ListedRegulars().ShouldBe(0);
    }

    [Theory]
    [InlineData("requests")]
    [InlineData("origin-time")]
    [InlineData("errors")]
    public void In_the_first_minutes_the_same_load_below_the_floors_is_none(string rule)
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.On, Floors = High });

        node.Pass(Time, new LoneAttacker(node).Of(rule));

        node.Store.State.ShouldBe(BehaviorState.Calm);
        node.Reports.ShouldBeEmpty();
        node.Lists.Blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void Once_the_usual_is_known_load_below_the_floors_is_still_no_attack()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.On, Floors = High });
        node.Pass(TimeSpan.FromMinutes(6));

        node.Pass(Time, () => node.Flood());

        node.Store.State.ShouldBe(BehaviorState.Calm);
        node.Lists.Blacklist.Count.ShouldBe(0);
    }
}
