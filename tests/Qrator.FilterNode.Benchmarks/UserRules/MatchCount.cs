namespace Qrator.FilterNode.UserRules;

/// <summary>Counts matches.</summary>
internal struct MatchCount : IRuleMatches
{
    public int Count { get; private set; }

    public void Add(int rule) => Count++;
}
