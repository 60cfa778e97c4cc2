namespace Qrator.FilterNode.Connections;

/// <summary>The connections that the whole node may have open, as slots to take and give back. Safe for any number of threads.</summary>
internal sealed class ConnectionSlots
{
    private readonly int _maximum;
    private int _taken;

    public ConnectionSlots(int maximum) => _maximum = maximum;

    /// <summary>Takes a slot; null when there is none.</summary>
    public Lease? TryTake()
    {
        if (Interlocked.Increment(ref _taken) > _maximum)
        {
            Interlocked.Decrement(ref _taken);
            return null;
        }

        return new(this);
    }

    /// <summary>One taken slot; gives it back exactly once.</summary>
    public sealed class Lease : IDisposable
    {
        private ConnectionSlots? _slots;

        internal Lease(ConnectionSlots slots) => _slots = slots;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _slots, null) is { } slots)
            {
                Interlocked.Decrement(ref slots._taken);
            }
        }
    }
}
