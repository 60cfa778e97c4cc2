namespace Qrator.FilterNode.Origins;

/// <summary>What the node remembers of one origin over reloads. Safe for any number of threads.</summary>
public sealed class OriginStore
{
    private readonly long[] _failures = new long[OriginFailure.All.Length];
    private long _requests;
    private long _sent;
    private long _ended;

    /// <summary>Remembers nothing yet.</summary>
    public OriginStore(string address)
    {
        Address = address;
        Gate = new(Health);
    }

    /// <summary>The origin as it stands in the configuration.</summary>
    public string Address { get; }

    /// <summary>Whether it can be connected to.</summary>
    public OriginHealth Health { get; } = new();

    /// <summary>Who may connect to it.</summary>
    public ConnectGate Gate { get; }

    /// <summary>Requests that went to it, each attempt counted.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Requests that have not left it yet.</summary>
    public long InFlight => Volatile.Read(ref _requests) - Volatile.Read(ref _ended);

    /// <summary>Whether so many requests wait for a connection to it that a further one would wait in line.</summary>
    /// <param name="now">Ticks of the node's clock.</param>
    public bool IsCrowded(long now) =>
        Volatile.Read(ref _requests) - Volatile.Read(ref _sent) is > 0 and var waiting && waiting >= Health.ConnectLimit(now);

    /// <summary>Whether it ever failed.</summary>
    public bool HasFailed => _failures.AsSpan().ContainsAnyExcept(0);

    /// <summary>How often it failed for a reason.</summary>
    /// <param name="reason">A word of <see cref="OriginFailure"/>.</param>
    public long Failures(string reason) => Volatile.Read(ref _failures[OriginFailure.All.IndexOf(reason)]);

    /// <summary>Counts one failure.</summary>
    /// <param name="reason">A word of <see cref="OriginFailure"/>.</param>
    public void CountFailure(string reason) => Interlocked.Increment(ref _failures[OriginFailure.All.IndexOf(reason)]);

    internal void Begin() => Interlocked.Increment(ref _requests);

    internal void Sent() => Interlocked.Increment(ref _sent);

    internal void End(bool wasSent)
    {
        Interlocked.Increment(ref _ended);
        if (!wasSent)
        {
            Sent();
        }
    }
}
