namespace Qrator.FilterNode.Behavior;

/// <summary>A state is not given up for a moment of something else.</summary>
public sealed class BehaviorHysteresisTests
{
    private static readonly TimeSpan Lesson = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Half_a_second_of_a_flood_is_no_attack()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);

        node.Pass(Second / 2, () => node.Flood());
        node.Pass(10 * Second);

        node.Reports.ShouldBeEmpty();
        node.Lists.Blacklist.Count.ShouldBe(0);
    }

    [Fact]
    public void A_flood_that_pauses_for_half_a_minute_is_one_attack()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);

        for (var pulse = 0; pulse < 3; pulse++)
        {
            node.Pass(8 * Second, () => node.Flood());
            node.Pass(30 * Second);
            node.Store.State.ShouldBe(BehaviorState.Attack);
        }

        node.Pass(60 * Second);
        node.Store.State.ShouldBe(BehaviorState.Calm);
        node.Reports.Count(report => report.Event == BehaviorEvent.AttackBegan).ShouldBe(1);
        node.Reports.Count(report => report.Event == BehaviorEvent.AttackEnded).ShouldBe(1);
    }

    [Fact]
    public void An_origin_that_is_well_for_a_few_seconds_is_still_ill()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        var well = node.Answer;
        for (var relapse = 0; relapse < 3; relapse++)
        {
            node.Answer = new(502, 0, Aborted: false);
            node.Pass(10 * Second);
            node.Answer = well;
            node.Pass(5 * Second);
            node.Store.State.ShouldBe(BehaviorState.OriginIll);
        }

        node.Pass(10 * Second);
        node.Store.State.ShouldBe(BehaviorState.Calm);
        node.Reports.Select(report => report.Event).ShouldBe([BehaviorEvent.OriginIll, BehaviorEvent.OriginWell]);
    }
}
