namespace Qrator.FilterNode.Maintenance;

/// <summary>Maintenance of one service that was switched on while the node runs, beside what the configuration says. Safe for any number of threads.</summary>
public sealed class MaintenanceStore
{
    private long _until;

    /// <summary>When it ends, in ticks of the node's clock; 0 when it was not switched on.</summary>
    public long Until
    {
        get => Volatile.Read(ref _until);
        set => Volatile.Write(ref _until, value);
    }
}
