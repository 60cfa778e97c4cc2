using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>
/// Writes whole lists from memory, in steps, when the words of the journal are not enough: after trouble, and when changes came faster than they could
/// be written. One thread at a time.
/// </summary>
internal sealed class StateRewrite
{
    private const int Step = 20_000;

    private readonly HashSet<(string Service, ListKind Kind)> _lists = [];
    private (string Service, ListKind Kind) _current;
    private IEnumerator<NetworkPrefix>? _keys;

    /// <summary>Whether there is a step to make.</summary>
    public bool IsDue => _keys is not null || _lists.Count > 0;

    /// <summary>A list is to be written, or, when that is under way, once more.</summary>
    public void Add(string service, ListKind kind) => _lists.Add((service, kind));

    /// <summary>Leaves everything as it is.</summary>
    public void Stop()
    {
        _lists.Clear();
        _keys?.Dispose();
        _keys = null;
    }

    /// <summary>One step, in the transaction of the caller.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="services">The lists of the services that there are.</param>
    /// <param name="clock">Now.</param>
    public void Advance(StateDatabase database, IReadOnlyDictionary<string, ServiceLists> services, in StateClock clock)
    {
        if (_keys is null)
        {
            _current = _lists.First();
            _lists.Remove(_current);
            _keys = services.GetValueOrDefault(_current.Service)?.Of(_current.Kind).Known().GetEnumerator();
        }

        var lists = services.GetValueOrDefault(_current.Service);
        for (var i = 0; _keys is not null && i < Step; i++)
        {
            if (lists is null || !_keys.MoveNext())
            {
                _keys.Dispose();
                _keys = null;
            }

            // Read only now: of what the list was when the walk over it began, changes that were written since may know better.
            else if (lists.TryRecall(_current.Kind, _keys.Current, clock.Now, out var known))
            {
                database.Renew(_current.Service, _current.Kind, known, clock);
            }
        }
    }
}
