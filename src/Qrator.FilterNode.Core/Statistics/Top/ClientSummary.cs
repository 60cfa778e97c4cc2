using Qrator.FilterNode.Clients;
using Qrator.FilterNode.RateLimits;

namespace Qrator.FilterNode.Statistics.Top;

/// <summary>
/// The heaviest clients by one measure in two windows of time, the one under way and the one before, in fixed memory (about 45 KB). Unlike the sketches
/// of detection it loses nothing to races and decays nothing, so that its bounds are guaranteed. Each set has a lock of its own, held for nanoseconds:
/// processors meet only where they count clients of one set. Adding allocates nothing. Safe for any number of threads.
/// </summary>
internal sealed class ClientSummary
{
    private const int Sets = 32;
    private const int SetBits = 5;
    private const int IntsPerLine = 16;

    // A seed of its own, so that nobody outside can choose addresses that share a set.
    private readonly ulong _seedHigh = (ulong)Random.Shared.NextInt64();
    private readonly ulong _seedLow = (ulong)Random.Shared.NextInt64();
    private readonly int[] _gates = new int[Sets * IntsPerLine];
    private readonly SummaryWindow[] _windows = [new(Sets), new(Sets)];
    private volatile int _current;

    /// <summary>Adds to a client.</summary>
    public void Add(in ClientKey client, long weight)
    {
        var hash = Hash(client);
        var set = SetOf(hash);
        using var hold = new SpinHold(ref _gates[set * IntsPerLine]);
        _windows[_current].Add(set, hash, client, weight);
    }

    /// <summary>Begins a new window; the last one still counts. One thread at a time.</summary>
    public void Turn()
    {
        var next = 1 - _current;
        for (var set = 0; set < Sets; set++)
        {
            using var hold = new SpinHold(ref _gates[set * IntsPerLine]);
            _windows[next].Clear(set);
        }

        _current = next;
    }

    /// <summary>The heaviest clients of both windows, the heaviest first, and the weight of all clients.</summary>
    public (IReadOnlyList<TopClient> Clients, long Total) Top(int count)
    {
        var (found, total) = (new List<TopClient>(), 0L);
        var (first, second) = (new Dictionary<ClientKey, (long Count, long Error)>(), new Dictionary<ClientKey, (long Count, long Error)>());
        for (var set = 0; set < Sets; set++)
        {
            first.Clear();
            second.Clear();
            (long Count, long Error) ofAbsentInFirst, ofAbsentInSecond;
            using (new SpinHold(ref _gates[set * IntsPerLine]))
            {
                _windows[0].CopyTo(set, first);
                _windows[1].CopyTo(set, second);
                ofAbsentInFirst = (_windows[0].MostOfAbsent(set), _windows[0].MostOfAbsent(set));
                ofAbsentInSecond = (_windows[1].MostOfAbsent(set), _windows[1].MostOfAbsent(set));
                total += _windows[0].WeightOf(set) + _windows[1].WeightOf(set);
            }

            foreach (var client in first.Keys.Union(second.Keys))
            {
                var (one, other) = (first.GetValueOrDefault(client, ofAbsentInFirst), second.GetValueOrDefault(client, ofAbsentInSecond));
                found.Add(new(client, one.Count + other.Count, one.Error + other.Error));
            }
        }

        return ([.. found.OrderByDescending(client => client.Count).Take(count)], total);
    }

    /// <summary>The most by which a client's count may be too large, or what one may have that is not found; for tests.</summary>
    internal long ErrorBound(in ClientKey client)
    {
        var set = SetOf(Hash(client));
        return (_windows[0].WeightOf(set) / SummaryWindow.Ways) + (_windows[1].WeightOf(set) / SummaryWindow.Ways);
    }

    private static int SetOf(ulong hash) => (int)(hash >> (64 - SetBits));

    // Multiply and fold, as in wyhash (Wang Yi, 2019). An empty place has the hash 0.
    private ulong Hash(in ClientKey client)
    {
        var folded = Math.BigMul(client.Low ^ _seedLow, client.High ^ _seedHigh ^ 0x9E37_79B9_7F4A_7C15, out var product) ^ product;
        return (Math.BigMul(folded ^ _seedHigh, 0xA076_1D64_78BD_642F, out product) ^ product) | 1;
    }
}
