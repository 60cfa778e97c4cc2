namespace Qrator.FilterNode.Matching.Expressions;

/// <summary>A set of small numbers that keeps their order and is cleared in no time (P. Briggs and L. Torczon 1993).</summary>
/// <param name="dense">Room for each number.</param>
/// <param name="sparse">Room for each number.</param>
internal ref struct StateList(Span<int> dense, Span<int> sparse)
{
    private readonly Span<int> _dense = dense;
    private readonly Span<int> _sparse = sparse;

    public int Count { get; private set; }

    public readonly int this[int place] => _dense[place];

    public void Clear() => Count = 0;

    /// <summary>False when the number is in the set already.</summary>
    public bool Add(int number)
    {
        var place = _sparse[number];
        if (place < Count && _dense[place] == number)
        {
            return false;
        }

        _dense[Count] = number;
        _sparse[number] = Count++;
        return true;
    }
}
