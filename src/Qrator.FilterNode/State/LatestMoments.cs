namespace Qrator.FilterNode.State;

/// <summary>The latest of many moments, in memory for no more than twice as many. One thread at a time.</summary>
internal sealed class LatestMoments(int most)
{
    private readonly List<long> _moments = [];
    private long _oldest = long.MinValue;

    /// <summary>Those that are kept, and perhaps some that are older.</summary>
    public IReadOnlyList<long> Moments => _moments;

    /// <summary>Notes a moment.</summary>
    public void Add(long moment)
    {
        if (moment < _oldest)
        {
            return;
        }

        _moments.Add(moment);
        if (_moments.Count >= most * 2)
        {
            _moments.Sort();
            _moments.RemoveRange(0, _moments.Count - most);
            _oldest = _moments[0];
        }
    }
}
