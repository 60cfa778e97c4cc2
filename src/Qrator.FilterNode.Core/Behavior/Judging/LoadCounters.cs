using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>The counters between request path and tick. Counting is safe for any number of threads, turning for one.</summary>
internal sealed class LoadCounters
{
    private static readonly int Counters = Enum.GetValues<LoadCounter>().Length;

    private readonly StripedCounters _counters = new(Counters);
    private readonly long[] _before = new long[Counters];
    private readonly long[] _latest = new long[Counters];

    /// <summary>Requests that were let in and are not at their end.</summary>
    public long InFlight => Math.Max(0, Total(LoadCounter.Arrived) - Total(LoadCounter.Refused) - Total(LoadCounter.Ended));

    /// <summary>Counts.</summary>
    public void Add(LoadCounter counter, long amount = 1) => _counters.Add((int)counter, amount);

    /// <summary>What was counted up to the last turn.</summary>
    public long Total(LoadCounter counter) => _before[(int)counter];

    /// <summary>What was counted between the last turn and the one before.</summary>
    public long Latest(LoadCounter counter) => _latest[(int)counter];

    /// <summary>Begins a new tick.</summary>
    public void Turn()
    {
        for (var i = 0; i < Counters; i++)
        {
            var total = _counters.Read(i);
            (_latest[i], _before[i]) = (total - _before[i], total);
        }
    }
}
