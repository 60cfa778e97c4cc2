using System.Numerics;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// The groups that something is held against, by key: an open-addressing table that is at most half full, small enough for the first cache.
/// Immutable; safe for any number of threads.
/// </summary>
internal sealed class GroupScores
{
    /// <summary>How many groups there may be; those with the least against them are left out.</summary>
    public const int Most = 512;

    private readonly ulong[] _keys;
    private readonly GroupScore?[] _scores;
    private readonly uint _mask;

    /// <summary>A table of these groups.</summary>
    public GroupScores(IReadOnlyDictionary<ulong, GroupScore> scores)
    {
        All = scores;
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, scores.Count * 2));
        (_keys, _scores, _mask) = (new ulong[size], new GroupScore?[size], (uint)size - 1);
        foreach (var (key, score) in scores)
        {
            var place = (uint)key & _mask;
            while (_scores[place] is not null)
            {
                place = (place + 1) & _mask;
            }

            (_keys[place], _scores[place]) = (key, score);
        }
    }

    /// <summary>Nothing against anybody.</summary>
    public static GroupScores None { get; } = new(new Dictionary<ulong, GroupScore>());

    /// <summary>The groups.</summary>
    public IReadOnlyDictionary<ulong, GroupScore> All { get; }

    /// <summary>What is held against a group; null for nothing.</summary>
    public GroupScore? Find(ulong key)
    {
        for (var place = (uint)key & _mask; _scores[place] is { } score; place = (place + 1) & _mask)
        {
            if (_keys[place] == key)
            {
                return score;
            }
        }

        return null;
    }
}
