using System.Globalization;
using Microsoft.Data.Sqlite;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>
/// Puts what the database has back on the lists. What is over, or whose rule or service is gone, stays out; <see cref="StateWalk"/> takes it out of
/// the database later.
/// </summary>
internal sealed class StateLoader
{
    private const string Columns = "list, address, bits, cause, created, expires, offences";

    // Of the database; below that a second reader gains nothing.
    private const int PagesWorthSharing = 1_000;

    private readonly StateDatabase _database;
    private readonly string _path;
    private readonly StateMeeting _meeting = new();
    private readonly StatePart _first;
    private readonly StatePart _second;

    /// <param name="database">The database, open. Nothing may change it meanwhile.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="services">Where to: the lists of the services that there are.</param>
    /// <param name="clock">Now.</param>
    /// <param name="since">What was removed from the lists after this moment of the node's clock is not put back.</param>
    public StateLoader(StateDatabase database, string path, IReadOnlyDictionary<string, ServiceLists> services, in StateClock clock, long since)
    {
        _database = database;
        _path = path;
        _first = new(database.Numbers, services, clock, since);
        _second = new(database.Numbers, services, clock, since);
    }

    /// <summary>The entries read.</summary>
    public int Read => _first.Read + _second.Read;

    /// <summary>Those of them that are on a list or remembered now.</summary>
    public int Restored => _first.Restored + _second.Restored;

    /// <summary>The lists whose entries now have other keys, because clients are told apart by another prefix than before.</summary>
    public IEnumerable<(string Service, ListKind Kind)> Moved => _first.Moved.Union(_second.Moved);

    /// <summary>Puts all back, many rows from both ends at the same time. After an exception what could be read is on the lists.</summary>
    public void Load()
    {
        try
        {
            if (_database.Pages < PagesWorthSharing)
            {
                LoadPart(_first, "");
            }
            else
            {
                AtOnce(() => LoadPart(_first, "ORDER BY list, address, bits"), () => LoadPart(_second, "ORDER BY list DESC, address DESC, bits DESC"));
            }
        }
        finally
        {
            RestoreReasons();
        }
    }

    private void LoadPart(StatePart part, string order)
    {
        using var rows = new StateRows(_path, $"SELECT {Columns} FROM entries {order}");
        part.Load(rows, _meeting, isForward: part == _first);
    }

    // Memory keeps the reasons of the latest entries only. To read those of all, only for nearly all to be forgotten again, would take most of the time.
    private void RestoreReasons()
    {
        var oldest = new Dictionary<long, long>();
        foreach (var list in _first.Targets.Concat(_second.Targets).GroupBy(target => target.Key, target => target.Value))
        {
            List<long> created = [.. list.SelectMany(target => target?.Created.Moments ?? [])];
            if (created.Count > 0)
            {
                created.Sort();
                oldest.Add(list.Key, created.Count > ServiceLists.KeptReasons ? created[^ServiceLists.KeptReasons] : long.MinValue);
            }
        }

        List<long> operators = [.. _first.OfOperators.Union(_second.OfOperators)];
        if (oldest.Count == 0 && operators.Count == 0)
        {
            return;
        }

        var since = oldest.Count == 0 ? long.MaxValue : oldest.Values.Min();
        var wanted = string.Create(CultureInfo.InvariantCulture, $"(created >= {since} OR cause IN ({string.Join(", ", operators)}))");
        try
        {
            if (_meeting.Place is { } middle)
            {
                AtOnce(
                    () => ReadReasons(_first, $"{wanted} AND (list, address, bits) < {middle.Literal}", oldest),
                    () => ReadReasons(_second, $"{wanted} AND (list, address, bits) >= {middle.Literal}", oldest));
            }
            else
            {
                ReadReasons(_first, wanted, oldest);
            }
        }
        catch (SqliteException)
        {
            // The damage that the entries have met.
        }
    }

    private void ReadReasons(StatePart part, string wanted, IReadOnlyDictionary<long, long> oldest)
    {
        using var rows = new StateRows(_path, $"SELECT {Columns}, detail, request FROM entries WHERE {wanted}");
        part.LoadReasons(rows, oldest);
    }

    private static void AtOnce(Action first, Action second)
    {
        var other = Task.Run(second);
        try
        {
            first();
        }
        finally
        {
            other.GetAwaiter().GetResult();
        }
    }
}
