using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.State;

/// <summary>How the state is doing, for metrics. Safe for any number of threads.</summary>
internal sealed class StateStatus
{
    private static readonly StateTrouble[] Troubles = Enum.GetValues<StateTrouble>();

    private readonly long[] _failures = new long[Troubles.Length];
    private readonly StateQueue _queue;
    private volatile bool _isAvailable;

    public StateStatus(StateQueue queue) => _queue = queue;

    /// <summary>Whether changes are being written.</summary>
    public bool IsAvailable
    {
        get => _isAvailable;
        set => _isAvailable = value;
    }

    public void Failed(StateTrouble trouble) => Interlocked.Increment(ref _failures[(int)trouble]);

    /// <summary>The series of the state.</summary>
    public void Write(MetricsWriter writer)
    {
        writer.Family("filternode_state_available", "gauge", "1 when the lists are being written to the state database, 0 when they are in memory only.");
        writer.Sample(IsAvailable ? 1 : 0);
        writer.Family("filternode_state_failures_total", "counter", "Attempts to open or write the state database that failed.");
        foreach (var trouble in Troubles)
        {
            writer.Sample(Volatile.Read(ref _failures[(int)trouble]), ("reason", ListMetrics.Word(trouble)));
        }

        writer.Family("filternode_state_queue", "gauge", "Changes of the lists that wait to be written.");
        writer.Sample(_queue.Count);
    }
}
