using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>
/// The changes that wait for the writer, in their order. Bounded: what does not fit is dropped, and its list is named to the writer, who reads it from
/// memory instead. Telling a change takes a lock for nanoseconds and never waits for the disk. Safe for any number of threads.
/// </summary>
internal sealed class StateQueue : IListJournal
{
    /// <summary>Room for what an attack brings within a second.</summary>
    public const int ForAttack = 262_144;

    private readonly Lock _lock = new();
    private readonly int _capacity;
    private HashSet<(string Service, ListKind Kind)> _lost = [];
    private object[] _waiting = [];
    private object[] _spare = [];
    private int _taken;
    private volatile int _count;
    private volatile bool _isOpen;

    /// <summary>Closed: takes note of nothing.</summary>
    public StateQueue(int capacity) => _capacity = capacity;

    /// <summary>How many changes wait.</summary>
    public int Count => _count;

    /// <summary>From now on changes are kept.</summary>
    public void Open()
    {
        lock (_lock)
        {
            // Two of them, so that the writer empties one while changes go into the other.
            (_waiting, _spare) = (new object[_capacity], new object[_capacity]);
            _isOpen = true;
        }
    }

    /// <summary>Drops everything; from now on nothing is kept.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isOpen = false;
            (_count, _taken) = (0, 0);
            (_waiting, _spare, _lost) = ([], [], []);
        }
    }

    /// <summary>
    /// What waited, and the lists of which changes were dropped. The changes are valid until the next call. One thread at a time, the same that
    /// opens and closes.
    /// </summary>
    public ReadOnlySpan<object> Take(out IReadOnlyCollection<(string Service, ListKind Kind)> lost)
    {
        // What the last call gave out is done with; its records are to be collected.
        Array.Clear(_spare, 0, _taken);
        lock (_lock)
        {
            lost = _lost;
            _lost = [];
            (_waiting, _spare) = (_spare, _waiting);
            (_taken, _count) = (_count, 0);
        }

        return _spare.AsSpan(0, _taken);
    }

    /// <inheritdoc/>
    public void Listed(ListingRecord record) => Add(record, record.Service, record.List);

    /// <inheritdoc/>
    public void Removed(RemovalRecord record) => Add(record, record.Service, record.List);

    /// <inheritdoc/>
    public void Cleared(ClearingRecord record) => Add(record, record.Service, record.List);

    private void Add(object change, string service, ListKind kind)
    {
        if (!_isOpen)
        {
            return;
        }

        lock (_lock)
        {
            if (_count < _waiting.Length)
            {
                _waiting[_count] = change;
                _count++;
            }
            else if (_isOpen)
            {
                _lost.Add((service, kind));
            }
        }
    }
}
