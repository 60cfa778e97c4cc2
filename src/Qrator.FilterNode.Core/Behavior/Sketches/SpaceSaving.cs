using System.Numerics;
using System.Runtime.Intrinsics;

namespace Qrator.FilterNode.Behavior.Sketches;

/// <summary>
/// The keys that are seen most of late: Space-Saving (Metwally, Agrawal and El Abbadi, "Efficient computation of frequent and top-k elements
/// in data streams", 2005), in sets of eight so that a key is looked for in one place, with counts that decay. A key that finds no room takes
/// the place of the rarest of its set with its count, which is remembered as the most by which its own count may be wrong. Each key also has a
/// bitmap of the clients that sent it (linear counting: Whang, Vander-Zanden and Taylor, 1990), because one client is no group. Keys
/// MUST be hashes with all bits well mixed. For one thread.
/// </summary>
internal sealed class SpaceSaving
{
    private const int Ways = 8;

    private readonly ulong[] _keys;
    private readonly float[] _counts;
    private readonly float[] _errors;
    private readonly ulong[] _clients;
    private readonly ulong[] _clientsBefore;
    private readonly uint _setMask;

    /// <summary>Room for <paramref name="capacity"/> keys, a power of two, 8 or more.</summary>
    public SpaceSaving(int capacity)
    {
        _keys = new ulong[capacity];
        _counts = new float[capacity];
        _errors = new float[capacity];
        _clients = new ulong[capacity];
        _clientsBefore = new ulong[capacity];
        _setMask = (uint)(capacity / Ways) - 1;
    }

    /// <summary>How many keys there is room for; the places are 0 to this less 1.</summary>
    public int Capacity => _keys.Length;

    /// <summary>Bytes of the places.</summary>
    public long Bytes => Capacity * (3L * sizeof(ulong) + (2 * sizeof(float)));

    /// <summary>Counts a key for a client.</summary>
    /// <param name="key">The key.</param>
    /// <param name="clientBit">0 to 63, from a hash of the client.</param>
    /// <param name="weight">1, or how many it stands for.</param>
    public void Add(ulong key, int clientBit, float weight = 1)
    {
        var first = (int)((uint)(key >> 40) & _setMask) * Ways;
        var hits = Vector512.Equals(Vector512.Create<ulong>(_keys.AsSpan(first, Ways)), Vector512.Create(key)).ExtractMostSignificantBits();
        var place = first + (hits != 0 ? BitOperations.TrailingZeroCount(hits) : Rarest(first));
        if (hits == 0)
        {
            _keys[place] = key;
            _errors[place] = _counts[place];
            _clients[place] = 0;
            _clientsBefore[place] = 0;
        }

        _counts[place] += weight;
        _clients[place] |= 1UL << clientBit;
    }

    /// <summary>The key at a place, what it has counted for sure, and from about how many clients (64 stands for any larger number too).</summary>
    public (ulong Key, float Count, float Clients) At(int place)
    {
        var zeros = 64 - BitOperations.PopCount(_clients[place] | _clientsBefore[place]);
        return (_keys[place], _counts[place] - _errors[place], 64 * MathF.Log(64f / Math.Max(zeros, 0.5f)));
    }

    /// <summary>Keeps a part of every count.</summary>
    public void Decay(float kept)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] *= kept;
            _errors[i] *= kept;
        }
    }

    /// <summary>Begins new bitmaps of clients; the last ones still count.</summary>
    public void TurnClients()
    {
        _clients.CopyTo(_clientsBefore, 0);
        Array.Clear(_clients);
    }

    private int Rarest(int first)
    {
        var counts = _counts.AsSpan(first, Ways);
        var rarest = 0;
        for (var i = 1; i < Ways; i++)
        {
            rarest = counts[i] < counts[rarest] ? i : rarest;
        }

        return rarest;
    }
}
