using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.Behavior;

/// <summary>The limits for each client that need no learning.</summary>
public sealed class BehaviorLimitsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(BehaviorMode.On)]
    [InlineData(BehaviorMode.Off)]
    public void A_client_over_its_requests_a_second_is_answered_429_in_every_mode(BehaviorMode mode)
    {
        var node = new BehaviorFixture(new() { Mode = mode, Limits = new() { RequestsPerSecond = 2 } });
        var client = BehaviorFixture.Regular(1);
        var verdicts = Enumerable.Range(0, 30).Select(_ => node.Send(client, new("Firefox", "/"))).ToList();

        // The bucket holds five seconds' worth; a request at the brim still passes.
        verdicts.Count(verdict => verdict.Action == VerdictAction.Pass).ShouldBe(11);
        verdicts[^1].ShouldBe(Verdict.RejectExcess(1));
        node.Send(BehaviorFixture.Regular(2), new("Firefox", "/")).ShouldBe(Verdict.Pass);
        node.Store.Counters.Limited.ShouldBe(19);
    }

    [Fact]
    public void A_client_with_too_many_requests_at_once_is_answered_429_until_one_ends()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.Off, Limits = new() { Concurrent = 2 } });
        var client = BehaviorFixture.Regular(1);
        Verdict Arrive() => node.Store.AtArrival(client, new Visit("Firefox", "/"), 0, node.Now);

        new[] { Arrive(), Arrive() }.ShouldAllBe(verdict => verdict.Action == VerdictAction.Pass);
        Arrive().Action.ShouldBe(VerdictAction.Reject);
        node.Store.AtEnd(client, node.Answer, node.Now);
        Arrive().Action.ShouldBe(VerdictAction.Pass);
    }

    [Fact]
    public void A_client_that_costs_more_origin_time_than_it_may_is_answered_429_until_its_bucket_has_leaked()
    {
        var node = new BehaviorFixture(new() { Limits = new() { OriginMillisecondsPerSecond = 100 } });
        var client = BehaviorFixture.Regular(1);
        node.Answer = new(200, 1_000 * TimeSpan.TicksPerMillisecond, Aborted: false);
        node.Send(client, new("Firefox", "/")).Action.ShouldBe(VerdictAction.Pass);
        node.Send(client, new("Firefox", "/")).ShouldBe(Verdict.RejectExcess(5));
        node.Tick(5 * Second);
        node.Send(client, new("Firefox", "/")).Action.ShouldBe(VerdictAction.Pass);
    }

    [Fact]
    public void A_client_with_more_errors_than_it_may_have_is_listed_without_any_attack()
    {
        var node = new BehaviorFixture(new() { Mode = BehaviorMode.Shadow, Limits = new() { ErrorShare = 0.5 } });
        var client = BehaviorFixture.Regular(1);
        node.Answer = new(404, 0, Aborted: false);
        Repeat(20, () => node.Send(client, new("Firefox", "/x")).Action.ShouldBe(VerdictAction.Pass));
        node.Send(client, new("Firefox", "/x")).ShouldBe(Verdict.DropBlacklisted);
        node.Lists.Blacklist.TryGet(client, node.Now, out var entry).ShouldBeTrue();
        entry.Rule.ShouldBe("error-share");
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }
}
