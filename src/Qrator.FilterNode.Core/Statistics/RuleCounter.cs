namespace Qrator.FilterNode.Statistics;

/// <summary>How often one rule matched. Safe for any number of threads.</summary>
public sealed class RuleCounter
{
    private long _enforced;
    private long _shadow;

    /// <summary>Matches that had their effect.</summary>
    public long Enforced => Volatile.Read(ref _enforced);

    /// <summary>Matches of a rule in shadow mode.</summary>
    public long Shadow => Volatile.Read(ref _shadow);

    /// <summary>Counts one match.</summary>
    public void Count(bool shadow) => Interlocked.Increment(ref shadow ? ref _shadow : ref _enforced);
}
