using System.Collections.Concurrent;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// When clients were removed from the lists of a service, so that requests of theirs that came before do not put them back. Bounded: beyond that,
/// and after a flush, no request that came before lists anybody. Safe for any number of threads.
/// </summary>
internal sealed class RemovalMarks
{
    private const int Most = 65_536;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<ClientKey, long> _moments = new();
    private long _everybody = long.MinValue;
    private int _count;

    /// <summary>What the client has done until now counts no more. MUST come before it is taken off a list.</summary>
    public void Mark(in ClientKey client, long now)
    {
        lock (_lock)
        {
            if (_count == Most)
            {
                MarkAll(now);
            }

            if (_moments.TryAdd(client, now))
            {
                Volatile.Write(ref _count, _count + 1);
            }
            else
            {
                _moments[client] = now;
            }
        }
    }

    /// <summary>What anybody has done until now counts no more.</summary>
    public void MarkAll(long now)
    {
        lock (_lock)
        {
            Volatile.Write(ref _everybody, Math.Max(_everybody, now));
            _moments.Clear();
            Volatile.Write(ref _count, 0);
        }
    }

    /// <summary>Whether the client was removed when a request of its, that came at <paramref name="arrived"/>, was there already.</summary>
    public bool Cover(in ClientKey client, long arrived) =>
        arrived <= Volatile.Read(ref _everybody)
        || (Volatile.Read(ref _count) > 0 && _moments.TryGetValue(client, out var moment) && arrived <= moment);
}
