using System.Collections;
using Microsoft.AspNetCore.Http.Features;

namespace Qrator.FilterNode.Transport;

/// <summary>
/// The features of a connection. A connection has a dozen for its whole life, and in a short row one is found faster, and kept in less memory, than
/// in a dictionary. One thread at a time changes it.
/// </summary>
internal sealed class FeatureList : IFeatureCollection
{
    private KeyValuePair<Type, object>[] _features = new KeyValuePair<Type, object>[16];
    private int _count;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public int Revision { get; private set; }

    /// <inheritdoc/>
    public object? this[Type key]
    {
        get => Find(key) is >= 0 and var place ? _features[place].Value : null;
        set => Put(key, value);
    }

    /// <inheritdoc/>
    public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

    /// <inheritdoc/>
    public void Set<TFeature>(TFeature? instance) => Put(typeof(TFeature), instance);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.Take(_count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Put(Type key, object? value)
    {
        Revision++;
        var place = Find(key);
        if (value is null)
        {
            if (place >= 0)
            {
                _features[place] = _features[--_count];
                _features[_count] = default;
            }

            return;
        }

        if (place < 0)
        {
            place = _count++;
            if (place == _features.Length)
            {
                Array.Resize(ref _features, place * 2);
            }
        }

        _features[place] = new(key, value);
    }

    private int Find(Type key)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_features[i].Key == key)
            {
                return i;
            }
        }

        return -1;
    }
}
