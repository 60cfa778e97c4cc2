using System.Numerics;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Origins;

/// <summary>
/// Chooses the origin for each attempt of a request. Origins that were set aside, and those that many requests already wait to be connected to, are passed
/// over for others; when there is no other, they are taken. Allocates nothing, takes no lock. Safe for any number of threads.
/// </summary>
public sealed class OriginSelector
{
    private readonly OriginSnapshot[] _origins;
    private readonly OriginBalancing _balancing;
    private readonly OriginRotation _rotation;

    /// <summary>For 1 to 16 origins.</summary>
    public OriginSelector(IEnumerable<OriginSnapshot> origins, OriginBalancing balancing, OriginRotation rotation)
    {
        _origins = [.. origins];
        _balancing = balancing;
        _rotation = rotation;
    }

    /// <summary>
    /// Whether requests already wait to be connected to every origin that is not set aside, and none of these gave a sign of life: some may
    /// be dark, so a further request better waits until one proves itself than to join the line of one that never will. Never true for a
    /// single origin.
    /// </summary>
    public bool IsUnproven(long now)
    {
        var unproven = false;
        foreach (var origin in _origins.Length > 1 ? _origins : [])
        {
            if (origin.Store.Health.IsAvailable)
            {
                if (!origin.Store.IsCrowded(now) || origin.Store.Health.IsAlive(now))
                {
                    return false;
                }

                unproven = true;
            }
        }

        return unproven;
    }

    /// <summary>Whether any origin is not set aside.</summary>
    public bool IsAnyAvailable => Array.Exists(_origins, static origin => origin.Store.Health.IsAvailable);

    /// <summary>The origin for the next attempt.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="tried">Which origins this request tried before, one bit each, 0 at first; gets the bit of the origin chosen.</param>
    /// <param name="now">Ticks of the node's clock.</param>
    public OriginLease Choose(in ClientKey client, ref uint tried, long now)
    {
        var all = (uint)((1UL << _origins.Length) - 1);
        if ((tried & all) == all)
        {
            tried = 0;
        }

        var untried = all & ~tried;
        var (ready, alive, available) = Look(untried, now);
        while (ready != 0)
        {
            var chosen = Pick(ready, client);
            if (_origins[chosen].Store.Health.TryTake(now, out var probe))
            {
                return Take(chosen, probe, ref tried);
            }

            // Another request probes it.
            ready &= ~(1u << chosen);
        }

        return Take(Pick(alive != 0 ? alive : available != 0 ? available : untried, client), probe: 0, ref tried);
    }

    private OriginLease Take(int chosen, int probe, ref uint tried)
    {
        tried |= 1u << chosen;
        return new(_origins[chosen], probe);
    }

    private (uint Ready, uint Alive, uint Available) Look(uint among, long now)
    {
        var (ready, alive, available) = (0u, 0u, 0u);
        for (var left = among; left != 0; left &= left - 1)
        {
            var index = BitOperations.TrailingZeroCount(left);
            var store = _origins[index].Store;
            if (!store.Health.MayTake(now))
            {
                continue;
            }

            var bit = 1u << index;
            available |= store.Health.IsAvailable ? bit : 0;
            if (!store.IsCrowded(now))
            {
                ready |= bit;
            }
            else if (store.Health.IsAlive(now))
            {
                alive |= bit;
            }
        }

        return (ready, alive, available);
    }

    private int Pick(uint among, in ClientKey client) => (among & (among - 1)) == 0
        ? BitOperations.TrailingZeroCount(among)
        : _balancing switch
        {
            OriginBalancing.ClientHash => Heaviest(among, client),
            OriginBalancing.LeastRequests => LeastBusy(among),
            _ => NextInTurn(among),
        };

    private int NextInTurn(uint among)
    {
        for (var skip = _rotation.Next(BitOperations.PopCount(among)); skip > 0; skip--)
        {
            among &= among - 1;
        }

        return BitOperations.TrailingZeroCount(among);
    }

    private int LeastBusy(uint among)
    {
        var start = _rotation.Next(_origins.Length);
        var best = -1;
        var fewest = long.MaxValue;
        for (var i = 0; i < _origins.Length; i++)
        {
            var index = (start + i) % _origins.Length;
            if ((among & (1u << index)) != 0 && _origins[index].Store.InFlight is var busy && busy < fewest)
            {
                best = index;
                fewest = busy;
            }
        }

        return best;
    }

    // Rendezvous hashing (Thaler and Ravishankar, 1998): each client has its own order of the origins, which others joining or leaving
    // do not change.
    private int Heaviest(uint among, in ClientKey client)
    {
        var best = -1;
        var most = 0UL;
        for (; among != 0; among &= among - 1)
        {
            var index = BitOperations.TrailingZeroCount(among);
            var weight = _origins[index].WeightFor(client);
            if (best < 0 || weight > most)
            {
                best = index;
                most = weight;
            }
        }

        return best;
    }
}
