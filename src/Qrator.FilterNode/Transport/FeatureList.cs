using System.Collections;
using Microsoft.AspNetCore.Http.Features;

namespace Qrator.FilterNode.Transport;

/// <summary>
/// The features of a connection. A connection has a dozen for its whole life, and in a short row one is found faster, and kept in less memory, than
/// in a dictionary. What the connection is itself takes no place as long as nobody changes it. One thread at a time changes the list.
/// </summary>
internal sealed class FeatureList : IFeatureCollection
{
    // On the way of a connection that Kestrel does not come to know.
    private const int Few = 2;

    private readonly object _owner;
    private Type[] _roles;
    private KeyValuePair<Type, object>[] _features = [];
    private int _count;

    /// <param name="owner">The connection.</param>
    /// <param name="roles">The features that it is itself; not to be changed any more.</param>
    public FeatureList(object owner, Type[] roles)
    {
        _owner = owner;
        _roles = roles;
    }

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public int Revision { get; private set; }

    /// <inheritdoc/>
    public object? this[Type key]
    {
        get => Find(key) is >= 0 and var place ? _features[place].Value : IsRole(key) ? _owner : null;
        set => Put(key, value);
    }

    /// <inheritdoc/>
    public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

    /// <inheritdoc/>
    public void Set<TFeature>(TFeature? instance) => Put(typeof(TFeature), instance);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() =>
        _roles.Select(role => KeyValuePair.Create(role, _owner)).Concat(_features.Take(_count)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Put(Type key, object? value)
    {
        Revision++;
        if (IsRole(key))
        {
            var roles = _roles;
            _roles = [];
            foreach (var role in roles)
            {
                Put(role, _owner);
            }
        }

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
                Array.Resize(ref _features, Math.Max(place * 2, Few));
            }
        }

        _features[place] = new(key, value);
    }

    private bool IsRole(Type key) => Array.IndexOf(_roles, key) >= 0;

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
