using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Requests;

/// <summary>Walks over the lists and buckets in small steps, so that entries whose time is over leave the counts and the memory within ten seconds.</summary>
internal sealed class StoreSweeper
{
    private const int StepsForAll = 8;

    private readonly NodeStore _store;
    private readonly NodeClock _clock;

    public StoreSweeper(NodeStore store, NodeClock clock)
    {
        _store = store;
        _clock = clock;
    }

    /// <summary>How often to take a step.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>One step. One thread at a time.</summary>
    public void Sweep()
    {
        foreach (var service in _store.Services)
        {
            foreach (var list in (ReadOnlySpan<Lists.ClientList>)[service.Lists.Whitelist, service.Lists.Blacklist])
            {
                list.Sweep(_clock.Now, (list.Capacity / StepsForAll) + 1);
            }

            foreach (var (_, buckets) in service.AllBuckets.Concat(service.Behavior.AllBuckets))
            {
                buckets.Sweep(_clock.Now, (buckets.Count / StepsForAll * 2) + 1);
            }
        }
    }
}
