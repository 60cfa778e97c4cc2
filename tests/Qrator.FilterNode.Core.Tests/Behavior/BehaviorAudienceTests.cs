namespace Qrator.FilterNode.Behavior;

/// <summary>What keeps clients with a calm history off the blacklist.</summary>
public sealed class BehaviorAudienceTests
{
    private static readonly TimeSpan Lesson = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_client_with_a_calm_history_is_believed_longer_than_one_without()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        var attacker = new LoneAttacker(node);
        void Both()
        {
            attacker.Requests();
            Hammer(node, regulars: 1);
        }

        node.Pass(8 * Second, Both);
        (attacker.Rule, node.ListedRegulars()).ShouldBe(("requests", 0));

        node.Pass(12 * Second, Both);
        node.ListedRegulars().ShouldBe(1);
    }

    [Fact]
    public void Of_the_clients_with_a_calm_history_one_attack_lists_five_in_a_hundred_and_the_rest_is_reported()
    {
        var node = new BehaviorFixture();
        node.Pass(Lesson);
        node.Store.KnownClients.ShouldBe(400);
        node.Pass(8 * Second, new LoneAttacker(node).Requests);

        node.Pass(12 * Second, () => Hammer(node, regulars: 100));

        node.ListedRegulars().ShouldBeInRange(15, 20);
        node.Store.Counters.Suppressed(BehaviorKind.Requests).ShouldBeGreaterThan(70);
        node.Reports.ShouldContain(report => report.Event == BehaviorEvent.BudgetSpent);
    }

    private static void Hammer(BehaviorFixture node, int regulars)
    {
        for (var i = 0; i < regulars * 60; i++)
        {
            node.Send(BehaviorFixture.Regular(i % regulars), new("Firefox", "/search"));
        }
    }
}
