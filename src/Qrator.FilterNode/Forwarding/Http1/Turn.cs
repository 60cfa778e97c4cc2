namespace Qrator.FilterNode.Forwarding.Http1;

/// <summary>
/// Whose turn it is on a thread. What waits for a socket goes on on the thread of its loop, which a transfer whose two ends are never waited for would keep
/// for itself; it moves to another thread after every 16 pieces.
/// </summary>
internal struct Turn
{
    private const int Pieces = 16;

    private int _passed;

    /// <summary>Whether the transfer has to leave the thread (by <see cref="Task.Yield"/>) before the next piece.</summary>
    public bool IsOver()
    {
        _passed = (_passed + 1) % Pieces;
        return _passed == 0;
    }
}
