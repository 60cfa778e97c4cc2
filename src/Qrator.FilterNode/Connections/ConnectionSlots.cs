namespace Qrator.FilterNode.Connections;

/// <summary>The connections that the whole node may have open, as slots to take and give back. Safe for any number of threads.</summary>
internal sealed class ConnectionSlots
{
    private readonly int _maximum;
    private int _taken;

    public ConnectionSlots(int maximum) => _maximum = maximum;

    /// <summary>Slots taken now.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes a slot; false when there is none.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= _maximum)
        {
            return true;
        }

        Interlocked.Decrement(ref _taken);
        return false;
    }

    /// <summary>Gives back one slot that was taken.</summary>
    public void GiveBack() => Interlocked.Decrement(ref _taken);
}
