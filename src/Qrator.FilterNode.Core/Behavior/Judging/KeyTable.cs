using System.Numerics;

namespace Qrator.FilterNode.Behavior.Judging;

/// <summary>
/// Something for each of some keys that are hashes: an open-addressing table that is at most half full, small enough for the first cache. Immutable; safe
/// for any number of threads.
/// </summary>
internal sealed class KeyTable<T>
    where T : class
{
    private readonly ulong[] _keys;
    private readonly T?[] _values;
    private readonly uint _mask;

    /// <summary>A table of these.</summary>
    public KeyTable(IReadOnlyDictionary<ulong, T> values)
    {
        Count = values.Count;
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, values.Count * 2));
        (_keys, _values, _mask) = (new ulong[size], new T?[size], (uint)size - 1);
        foreach (var (key, value) in values)
        {
            var place = (uint)key & _mask;
            while (_values[place] is not null)
            {
                place = (place + 1) & _mask;
            }

            (_keys[place], _values[place]) = (key, value);
        }
    }

    /// <summary>A table of nothing.</summary>
    public static KeyTable<T> Empty { get; } = new(new Dictionary<ulong, T>());

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>What belongs to a key; null for nothing.</summary>
    public T? Find(ulong key)
    {
        for (var place = (uint)key & _mask; _values[place] is { } value; place = (place + 1) & _mask)
        {
            if (_keys[place] == key)
            {
                return value;
            }
        }

        return null;
    }
}
