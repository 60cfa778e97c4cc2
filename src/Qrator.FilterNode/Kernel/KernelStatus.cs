using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.Kernel;

/// <summary>How the kernel set is doing, for metrics. One thread writes; safe for any number of readers.</summary>
internal sealed class KernelStatus
{
    private static readonly KernelTrouble[] Troubles = Enum.GetValues<KernelTrouble>();

    private readonly long[] _failures = new long[Troubles.Length];
    private readonly string[] _listeners;
    private readonly int[] _entries;
    private readonly Drops[] _drops;
    private long _full;
    private volatile bool _isAvailable;

    /// <param name="listeners">The metric labels of the listeners, in the order of the configuration.</param>
    public KernelStatus(IReadOnlyList<string> listeners)
    {
        _listeners = [.. listeners];
        _entries = new int[_listeners.Length];
        _drops = new Drops[_listeners.Length];
    }

    /// <summary>Whether the table in the kernel is as it should be.</summary>
    public bool IsAvailable
    {
        get => _isAvailable;
        set => _isAvailable = value;
    }

    public void Failed(KernelTrouble trouble) => Interlocked.Increment(ref _failures[(int)trouble]);

    /// <summary>A client found no room.</summary>
    public void Full() => Interlocked.Increment(ref _full);

    /// <summary>So many clients are dropped at each listener.</summary>
    public void Dropping(ReadOnlySpan<int> clients)
    {
        for (var i = 0; i < clients.Length; i++)
        {
            Volatile.Write(ref _entries[i], clients[i]);
        }
    }

    /// <summary>What the counter of a listener in the table has come to.</summary>
    public void Dropped(int listener, long packets, long bytes)
    {
        ref var drops = ref _drops[listener];

        // A smaller number than before is that of a new table.
        Interlocked.Add(ref drops.Packets, packets - (packets < drops.SeenPackets ? 0 : drops.SeenPackets));
        Interlocked.Add(ref drops.Bytes, bytes - (bytes < drops.SeenBytes ? 0 : drops.SeenBytes));
        (drops.SeenPackets, drops.SeenBytes) = (packets, bytes);
    }

    /// <summary>The table is new, so its counters begin at 0.</summary>
    public void CountersBegin()
    {
        for (var i = 0; i < _drops.Length; i++)
        {
            (_drops[i].SeenPackets, _drops[i].SeenBytes) = (0, 0);
        }
    }

    /// <summary>The series of the kernel set.</summary>
    public void Write(MetricsWriter writer)
    {
        writer.Family("filternode_kernel_available", "gauge", "1 when the kernel drops the clients that it should, 0 when the node refuses all of them itself.");
        writer.Sample(IsAvailable ? 1 : 0);
        writer.Family("filternode_kernel_failures_total", "counter", "Attempts to read or write the kernel set that failed.");
        foreach (var trouble in Troubles)
        {
            writer.Sample(Volatile.Read(ref _failures[(int)trouble]), ("reason", ListMetrics.Word(trouble)));
        }

        writer.Family("filternode_kernel_full_total", "counter", "Times that a client found no room in the kernel set.");
        writer.Sample(Volatile.Read(ref _full));
        writer.Family("filternode_kernel_entries", "gauge", "Clients that the kernel drops.");
        for (var i = 0; i < _listeners.Length; i++)
        {
            writer.Sample(Volatile.Read(ref _entries[i]), ("listener", _listeners[i]));
        }

        writer.Family("filternode_kernel_dropped_packets_total", "counter", "Packets (first ones of connections) that the kernel has dropped.");
        for (var i = 0; i < _listeners.Length; i++)
        {
            writer.Sample(Volatile.Read(ref _drops[i].Packets), ("listener", _listeners[i]));
        }

        writer.Family("filternode_kernel_dropped_bytes_total", "counter", "The bytes of these packets.");
        for (var i = 0; i < _listeners.Length; i++)
        {
            writer.Sample(Volatile.Read(ref _drops[i].Bytes), ("listener", _listeners[i]));
        }
    }

    private struct Drops
    {
        public long Packets;
        public long Bytes;
        public long SeenPackets;
        public long SeenBytes;
    }
}
