namespace Qrator.FilterNode.UserRules;

/// <summary>Keeps what an index reports.</summary>
internal readonly struct MatchList() : IRuleMatches
{
    public List<int> Rules { get; } = [];

    public void Add(int rule) => Rules.Add(rule);
}
