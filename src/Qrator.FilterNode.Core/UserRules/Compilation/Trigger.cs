namespace Qrator.FilterNode.UserRules.Compilation;

/// <summary>Facts of which at least one is true whenever a formula is.</summary>
/// <param name="Facts">Facts that an index finds.</param>
/// <param name="Rank">How often they are true of requests, by kind: 0 seldom, more is more often.</param>
/// <param name="Uses">How many times conditions name them: many rules behind one fact are many to look at when it is true.</param>
internal sealed record Trigger(IReadOnlyList<int> Facts, int Rank, long Uses)
{
    public bool IsBetterThan(Trigger other) => Rank != other.Rank ? Rank < other.Rank : Uses < other.Uses;
}
