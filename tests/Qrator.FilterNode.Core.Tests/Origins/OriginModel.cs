using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Origins;

/// <summary>The rules of the choice of origins, written down without regard for speed and threads. Knows nothing of requests that wait to be connected.</summary>
internal sealed class OriginModel(OriginSnapshot[] origins, OriginBalancing balancing)
{
    private readonly long?[] _asideUntil = new long?[origins.Length];
    private readonly int?[] _probe = new int?[origins.Length];
    private readonly int[] _busy = new int[origins.Length];
    private int _choices;

    public void Unreachable(int origin, long now)
    {
        _asideUntil[origin] = now + OriginHealth.Aside.Ticks;
        _probe[origin] = null;
    }

    public void Connected(int origin)
    {
        _asideUntil[origin] = null;
        _probe[origin] = null;
    }

    public void Ended(int origin, int choice)
    {
        _busy[origin]--;
        _probe[origin] = _probe[origin] == choice ? null : _probe[origin];
    }

    /// <summary>Notes the choice; says which it is, and whether it is the probe.</summary>
    public (int Choice, bool IsProbe) Taken(int origin, long now)
    {
        _busy[origin]++;
        _choices++;
        var probe = _asideUntil[origin] is { } until && until <= now && _probe[origin] is null;
        _probe[origin] = probe ? _choices : _probe[origin];
        return (_choices, probe);
    }

    public IReadOnlyList<int> Allowed(uint tried, ClientKey client, long now)
    {
        var all = Enumerable.Range(0, origins.Length).ToList();
        var untried = all.Where(i => (tried & (1u << i)) == 0).ToList();
        var among = untried.Count > 0 ? untried : all;
        var usable = among.Where(i => _asideUntil[i] is not { } until || (until <= now && _probe[i] is null)).ToList();
        var candidates = usable.Count > 0 ? usable : among;
        return balancing switch
        {
            OriginBalancing.ClientHash => [candidates.MaxBy(i => origins[i].WeightFor(client))],
            OriginBalancing.LeastRequests => [.. candidates.Where(i => _busy[i] == candidates.Min(other => _busy[other]))],
            _ => candidates,
        };
    }
}
