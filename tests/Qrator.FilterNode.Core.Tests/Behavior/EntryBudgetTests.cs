namespace Qrator.FilterNode.Behavior;

public sealed class EntryBudgetTests
{
    [Fact]
    public void So_many_entries_a_minute_of_each_kind_and_no_more()
    {
        var budget = new EntryBudget();
        bool Take(BehaviorKind kind, long now) => budget.TryTake(kind, isKnown: false, now, 3, 100);

        Enumerable.Range(0, 5).Count(_ => Take(BehaviorKind.Group, 0)).ShouldBe(3);
        Enumerable.Range(0, 5).Count(_ => Take(BehaviorKind.Errors, 0)).ShouldBe(3);
        Enumerable.Range(0, 5).Count(_ => Take(BehaviorKind.Group, TimeSpan.TicksPerMinute)).ShouldBe(3);
    }

    [Fact]
    public void So_many_clients_with_a_history_an_attack_and_no_more()
    {
        var budget = new EntryBudget();
        bool Take(bool isKnown) => budget.TryTake(BehaviorKind.Requests, isKnown, 0, 1_000, 2.5);

        Enumerable.Range(0, 5).Count(_ => Take(isKnown: true)).ShouldBe(2);
        Take(isKnown: false).ShouldBeTrue();
        budget.BeginAttack();
        Take(isKnown: true).ShouldBeTrue();
    }
}
