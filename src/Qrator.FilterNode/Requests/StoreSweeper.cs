using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Requests;

/// <summary>Walks over the lists and buckets in small steps, so that entries whose time is over leave the counts and the memory within ten seconds.</summary>
internal sealed class StoreSweeper : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private const int StepsForAll = 8;

    private readonly NodeStore _store;
    private readonly NodeClock _clock;
    private readonly PeriodicTimer _timer;
    private readonly Task _sweeping;

    public StoreSweeper(NodeStore store, NodeClock clock, TimeProvider time)
    {
        _store = store;
        _clock = clock;
        _timer = new(Interval, time);
        _sweeping = SweepAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _sweeping;
    }

    private async Task SweepAsync()
    {
        while (await _timer.WaitForNextTickAsync())
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
}
