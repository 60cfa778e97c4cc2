namespace Qrator.FilterNode.Statistics;

/// <summary>How often one rule matched. Rules are many and most never match: the counters come with the first match. Safe for any number of threads.</summary>
public sealed class RuleCounter
{
    private const int OfEffect = 0;
    private const int OfShadow = 1;

    private StripedCounters? _matches;

    /// <summary>Matches that had their effect.</summary>
    public long Enforced => Volatile.Read(ref _matches)?.Read(OfEffect) ?? 0;

    /// <summary>Matches of a rule in shadow mode.</summary>
    public long Shadow => Volatile.Read(ref _matches)?.Read(OfShadow) ?? 0;

    /// <summary>Counts one match.</summary>
    public void Count(bool shadow) => (Volatile.Read(ref _matches) ?? Begin()).Add(shadow ? OfShadow : OfEffect);

    private StripedCounters Begin()
    {
        var first = new StripedCounters(OfShadow + 1);
        return Interlocked.CompareExchange(ref _matches, first, null) ?? first;
    }
}
