namespace Qrator.FilterNode.State;

/// <summary>
/// Shares the rows between two readers, one from the first row on and one from the last row back, so that each row is put back once and neither waits for
/// the other, however the rows lie. Safe for both of them.
/// </summary>
internal sealed class StateMeeting
{
    private readonly Lock _lock = new();
    private StatePlace? _first;
    private StatePlace? _last;

    /// <summary>From where on the rows were put back by who goes back; null when none was.</summary>
    public StatePlace? Place => _last;

    /// <summary>How many of the rows, from the first of them on, are to be put back by who has read them; fewer than all when the other was met.</summary>
    /// <param name="rows">In the order of reading.</param>
    /// <param name="isForward">Whether they were read by who goes on from the first row of all.</param>
    public int Claim(ReadOnlySpan<StatePlace> rows, bool isForward)
    {
        lock (_lock)
        {
            var mine = rows.Length;
            while (mine > 0 && IsTaken(rows[mine - 1], isForward))
            {
                mine--;
            }

            if (mine > 0)
            {
                (isForward ? ref _first : ref _last) = rows[mine - 1];
            }

            return mine;
        }
    }

    private bool IsTaken(in StatePlace row, bool isForward) => isForward ? _last is { } last && row.CompareTo(last) >= 0 : _first is { } first && row.CompareTo(first) <= 0;
}
