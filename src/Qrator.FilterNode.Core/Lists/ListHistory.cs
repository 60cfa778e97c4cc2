namespace Qrator.FilterNode.Lists;

/// <summary>
/// Which entries that are over are still remembered, because they can double the next: those of the last 24 hours, and of those no more than a
/// bound, the oldest forgotten first (to a thousandth of the day).
/// </summary>
internal ref struct ListHistory
{
    private const uint Day = 24 * 60 * 60 * 10;
    private const int Steps = 1_024;

    private readonly Span<int> _byAge;
    private readonly uint _now;
    private int _left;
    private uint _oldest = Steps;

    /// <param name="byAge">Room to count in, <see cref="Size"/> long and zero.</param>
    /// <param name="now">A moment of <see cref="ListTime"/>.</param>
    public ListHistory(Span<int> byAge, uint now)
    {
        _byAge = byAge;
        _now = now;
    }

    public static int Size => Steps;

    /// <summary>Whether the entry is one that can double the next.</summary>
    public static bool IsPartOf(uint expires, uint created, uint now) => expires > ListTime.Removed && created + Day > now;

    /// <summary>Counts an entry that is over.</summary>
    public readonly void Count(uint created) => _byAge[(int)AgeOf(created)]++;

    /// <summary>Sets the bound when all are counted. Returns how many will be kept.</summary>
    public int Bound(int most)
    {
        var kept = 0;
        for (var age = 0; age < Steps; age++)
        {
            if (kept + _byAge[age] > most)
            {
                (_oldest, _left) = ((uint)age, most - kept);
                return most;
            }

            kept += _byAge[age];
        }

        return kept;
    }

    /// <summary>Whether to keep a counted entry. MUST be asked once for each.</summary>
    public bool Keeps(uint created)
    {
        var age = AgeOf(created);
        return age < _oldest || (age == _oldest && _left-- > 0);
    }

    private readonly uint AgeOf(uint created) => Math.Min((_now - Math.Min(created, _now)) / ((Day / Steps) + 1), Steps - 1);
}
