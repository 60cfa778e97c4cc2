using Microsoft.Data.Sqlite;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>
/// Puts what the database has back on the lists. What is over, or whose rule or service is gone, stays out; <see cref="StateWalk"/> takes it out of
/// the database later.
/// </summary>
internal sealed class StateLoader
{
    // Below that a second connection gains nothing.
    private const int WorthHalving = 50_000;

    private readonly StateFile _file;
    private readonly StateDatabase _database;
    private readonly StatePart _first;
    private readonly StatePart _second;

    /// <param name="file">Where the database is.</param>
    /// <param name="database">The same, open.</param>
    /// <param name="services">Where to: the lists of the services that there are.</param>
    /// <param name="clock">Now.</param>
    /// <param name="since">What was removed from the lists after this moment of the node's clock is not put back.</param>
    public StateLoader(StateFile file, StateDatabase database, IReadOnlyDictionary<string, ServiceLists> services, in StateClock clock, long since)
    {
        _file = file;
        _database = database;
        _first = new(database.Numbers, services, clock, since);
        _second = new(database.Numbers, services, clock, since);
    }

    /// <summary>The entries read.</summary>
    public int Read => _first.Read + _second.Read;

    /// <summary>Those of them that are on a list or remembered now.</summary>
    public int Restored => _first.Restored + _second.Restored;

    /// <summary>The lists whose entries now have other keys, because clients are told apart by another prefix than before.</summary>
    public IEnumerable<(string Service, ListKind Kind)> Moved => _first.Moved.Union(_second.Moved);

    /// <summary>Puts all back, the two halves of many rows at the same time. After an exception what could be read is on the lists.</summary>
    public void Load()
    {
        try
        {
            if (_database.Middle(WorthHalving) is { } middle)
            {
                LoadHalves(middle);
            }
            else
            {
                using var rows = _database.ReadAll();
                _first.Load(rows);
            }
        }
        finally
        {
            RestoreReasons();
        }
    }

    private void LoadHalves(StateRow middle)
    {
        var second = Task.Run(() =>
        {
            using var connection = _file.Connect();
            using var rows = StateDatabase.ReadFrom(connection, middle);
            _second.Load(rows);
        });
        try
        {
            using var rows = _database.ReadBefore(middle);
            _first.Load(rows);
        }
        finally
        {
            second.GetAwaiter().GetResult();
        }
    }

    // Memory keeps the reasons of the latest entries only. To read those of all, only for nearly all to be forgotten again, would take most of the time.
    private void RestoreReasons()
    {
        var oldest = new Dictionary<long, long>();
        foreach (var list in _first.Created.Keys.Union(_second.Created.Keys))
        {
            List<long> created = [.. _first.Created.GetValueOrDefault(list, []), .. _second.Created.GetValueOrDefault(list, [])];
            created.Sort();
            oldest.Add(list, created.Count > ServiceLists.KeptReasons ? created[^ServiceLists.KeptReasons] : long.MinValue);
        }

        if (oldest.Count == 0)
        {
            return;
        }

        try
        {
            using var rows = _database.ReadSince(oldest.Values.Min());
            _first.LoadReasons(rows, oldest);
        }
        catch (SqliteException)
        {
            // The damage that the entries have met.
        }
    }
}
