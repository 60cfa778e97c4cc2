namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>The groups that something is held against. Immutable; safe for any number of threads.</summary>
internal sealed class GroupScores
{
    /// <summary>How many groups there may be; those with the least against them are left out.</summary>
    public const int Most = 512;

    private readonly KeyTable<GroupScore> _table;

    /// <summary>These groups, by key.</summary>
    public GroupScores(IReadOnlyDictionary<ulong, GroupScore> scores) => (All, _table) = (scores, new(scores));

    /// <summary>Nothing against anybody.</summary>
    public static GroupScores None { get; } = new(new Dictionary<ulong, GroupScore>());

    /// <summary>The groups.</summary>
    public IReadOnlyDictionary<ulong, GroupScore> All { get; }

    /// <summary>What is held against a group; null for nothing.</summary>
    public GroupScore? Find(ulong key) => _table.Find(key);
}
