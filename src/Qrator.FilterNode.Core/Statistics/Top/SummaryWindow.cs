using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Statistics.Top;

/// <summary>
/// The heaviest clients of one window of time, in sets: each set is a Space-Saving summary (Metwally, Agrawal and El Abbadi, "Efficient computation of
/// frequent and top-k elements in data streams", 2005) of the clients whose hash leads to it. A client that finds no room takes the place of the
/// lightest of its set with its count, which is remembered as the most by which its own count is too large. That is the weight of the set divided by
/// <see cref="Ways"/> at most. One thread at a time in each set.
/// </summary>
internal sealed class SummaryWindow
{
    /// <summary>The places of a set.</summary>
    public const int Ways = 16;

    private readonly ulong[] _hashes;
    private readonly ClientKey[] _clients;
    private readonly long[] _counts;
    private readonly long[] _errors;
    private readonly long[] _weights;

    public SummaryWindow(int sets)
    {
        _hashes = new ulong[sets * Ways];
        _clients = new ClientKey[sets * Ways];
        _counts = new long[sets * Ways];
        _errors = new long[sets * Ways];
        _weights = new long[sets];
    }

    /// <summary>Adds to a client. The hash is not 0.</summary>
    public void Add(int set, ulong hash, in ClientKey client, long weight)
    {
        var first = set * Ways;
        var place = _hashes.AsSpan(first, Ways).IndexOf(hash);
        if (place < 0)
        {
            place = Lightest(first);
            _hashes[first + place] = hash;
            _clients[first + place] = client;
            _errors[first + place] = _counts[first + place];
        }

        _counts[first + place] += weight;
        _weights[set] += weight;
    }

    /// <summary>Everything that was added in a set.</summary>
    public long WeightOf(int set) => _weights[set];

    /// <summary>How much a client may have that is not in a set.</summary>
    public long MostOfAbsent(int set) => _counts[(set * Ways) + Lightest(set * Ways)];

    /// <summary>The clients of a set.</summary>
    public void CopyTo(int set, Dictionary<ClientKey, (long Count, long Error)> clients)
    {
        for (var place = set * Ways; place < (set + 1) * Ways; place++)
        {
            if (_counts[place] > 0)
            {
                clients[_clients[place]] = (_counts[place], _errors[place]);
            }
        }
    }

    /// <summary>Empties a set.</summary>
    public void Clear(int set)
    {
        _hashes.AsSpan(set * Ways, Ways).Clear();
        _counts.AsSpan(set * Ways, Ways).Clear();
        _errors.AsSpan(set * Ways, Ways).Clear();
        _weights[set] = 0;
    }

    private int Lightest(int first)
    {
        var counts = _counts.AsSpan(first, Ways);
        var lightest = 0;
        for (var i = 1; i < Ways; i++)
        {
            lightest = counts[i] < counts[lightest] ? i : lightest;
        }

        return lightest;
    }
}
