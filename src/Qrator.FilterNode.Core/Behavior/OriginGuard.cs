namespace Qrator.FilterNode.Behavior;

/// <summary>
/// Keeps the customer's rules about status and duration from listing the audience while the origin fails for everybody. Lives as long as the
/// service. Safe for any number of threads.
/// </summary>
public sealed class OriginGuard
{
    private volatile bool _isOriginIll;
    private volatile bool _isEnabled;
    private long _suspended;

    /// <summary>Whether the service wants the guard (<c>Behavior:OriginGuard</c>); it does not depend on the mode.</summary>
    public bool IsEnabled
    {
        get => _isEnabled;
        set => _isEnabled = value;
    }

    /// <summary>Whether the origin fails or is slow for all clients alike, as of the last tick; costs one read.</summary>
    public bool IsOriginIll
    {
        get => _isOriginIll;
        internal set => _isOriginIll = value;
    }

    /// <summary>Matches of rules that had no effect because of the guard.</summary>
    public long Suspended => Volatile.Read(ref _suspended);

    /// <summary>Whether a rule that looks at status or duration must have no effect now; counts it if so.</summary>
    public bool Suspends()
    {
        var suspends = _isEnabled && _isOriginIll;
        if (suspends)
        {
            Interlocked.Increment(ref _suspended);
        }

        return suspends;
    }
}
