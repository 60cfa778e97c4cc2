namespace Qrator.FilterNode.Connections;

/// <summary>
/// The open connections of a listener, to be looked through now and then. Adding and removing hold a lock for nanoseconds; looking through
/// takes none. Safe for any number of threads.
/// </summary>
internal sealed class OpenConnections
{
    private readonly Lock _changing = new();
    private readonly Stack<int> _free = new();
    private ConnectionFeature?[] _places = new ConnectionFeature?[64];
    private int _used;
    private bool _isStopping;

    public void Add(ConnectionFeature connection)
    {
        bool stops;
        lock (_changing)
        {
            if (!_free.TryPop(out var place))
            {
                place = _used++;
                if (place == _places.Length)
                {
                    Array.Resize(ref _places, place * 2);
                }
            }

            connection.Place = place;
            Volatile.Write(ref _places[place], connection);
            stops = _isStopping;
        }

        if (stops)
        {
            connection.Stop();
        }
    }

    public void Remove(ConnectionFeature connection)
    {
        lock (_changing)
        {
            _places[connection.Place] = null;
            _free.Push(connection.Place);
        }
    }

    /// <summary>Connections are to end with what is in progress on them: those that are open, and those that come after.</summary>
    public void Stop()
    {
        lock (_changing)
        {
            _isStopping = true;
        }

        ForEach(0, static (connection, _) => connection.Stop());
    }

    /// <summary>
    /// Shows every connection that is there all the while; one that comes or goes meanwhile may be shown or not, so that what is shown may
    /// have ended.
    /// </summary>
    public void ForEach<TState>(TState state, Action<ConnectionFeature, TState> look)
    {
        var places = Volatile.Read(ref _places);
        for (var i = 0; i < places.Length; i++)
        {
            if (Volatile.Read(ref places[i]) is { } connection)
            {
                look(connection, state);
            }
        }
    }
}
