using Microsoft.Data.Sqlite;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode.State;

/// <summary>
/// The numbers by which entries refer to lists and causes. After an exception it may differ from the database and MUST NOT be used any more.
/// One thread at a time; throws <see cref="SqliteException"/>.
/// </summary>
internal sealed class StateNumbers : IDisposable
{
    private readonly Dictionary<(string Service, ListKind Kind), long> _lists = [];
    private readonly Dictionary<long, (string Service, ListKind Kind)> _listsByNumber = [];
    private readonly Dictionary<(long List, ListSource Source, string Rule), long> _causes = [];
    private readonly Dictionary<long, (long List, ListSource Source, string Rule)> _causesByNumber = [];
    private readonly StateStatement _addList;
    private readonly StateStatement _addCause;
    private readonly StateStatement _removeList;
    private readonly StateStatement _removeCause;

    public StateNumbers(SqliteConnection connection)
    {
        _addList = new(connection, "INSERT INTO lists (service, list) VALUES (?, ?) RETURNING id");
        _addCause = new(connection, "INSERT INTO causes (list, source, rule) VALUES (?, ?, ?) RETURNING id");
        _removeList = new(connection, "DELETE FROM lists WHERE id = ?");
        _removeCause = new(connection, "DELETE FROM causes WHERE id = ?");
        ReadLists(connection);
        ReadCauses(connection);
    }

    /// <summary>The lists that have a number. The names of services are in lower case.</summary>
    public IReadOnlyCollection<(string Service, ListKind Kind)> Lists => _lists.Keys;

    /// <summary>The number of a list; it gets one when it has none.</summary>
    public long OfList(string service, ListKind kind)
    {
        var list = (service.ToLowerInvariant(), kind);
        if (!_lists.TryGetValue(list, out var number))
        {
            _addList.Bind(1, list.Item1);
            _addList.Bind(2, ListMetrics.Word(kind));
            number = Added(_addList);
            _lists.Add(list, number);
            _listsByNumber.Add(number, list);
        }

        return number;
    }

    /// <summary>The number of a cause; it gets one when it has none.</summary>
    public long OfCause(long list, ListSource source, string rule)
    {
        if (!_causes.TryGetValue((list, source, rule), out var number))
        {
            _addCause.Bind(1, list);
            _addCause.Bind(2, ListMetrics.Word(source));
            _addCause.Bind(3, rule);
            number = Added(_addCause);
            _causes.Add((list, source, rule), number);
            _causesByNumber.Add(number, (list, source, rule));
        }

        return number;
    }

    /// <summary>The list behind a number; false when it was cleared.</summary>
    public bool TryList(long number, out (string Service, ListKind Kind) list) => _listsByNumber.TryGetValue(number, out list);

    /// <summary>The cause behind a number; false when it was cleared.</summary>
    public bool TryCause(long number, out (long List, ListSource Source, string Rule) cause) => _causesByNumber.TryGetValue(number, out cause);

    /// <summary>Clears a list: what its entries refer to is gone.</summary>
    public void Forget(string service, ListKind kind)
    {
        if (_lists.Remove((service.ToLowerInvariant(), kind), out var number))
        {
            _listsByNumber.Remove(number);
            _removeList.Bind(1, number);
            _removeList.Run();
            foreach (var cause in _causes.Keys.Where(cause => cause.List == number).ToList())
            {
                Forget(cause);
            }
        }
    }

    /// <summary>Clears some causes of a list.</summary>
    public void Forget(string service, ListKind kind, IEnumerable<(ListSource Source, string Rule)> causes)
    {
        if (_lists.TryGetValue((service.ToLowerInvariant(), kind), out var number))
        {
            foreach (var (source, rule) in causes)
            {
                Forget((number, source, rule));
            }
        }
    }

    public void Dispose()
    {
        _addList.Dispose();
        _addCause.Dispose();
        _removeList.Dispose();
        _removeCause.Dispose();
    }

    private void Forget((long List, ListSource Source, string Rule) cause)
    {
        if (_causes.Remove(cause, out var number))
        {
            _causesByNumber.Remove(number);
            _removeCause.Bind(1, number);
            _removeCause.Run();
        }
    }

    private void ReadLists(SqliteConnection connection)
    {
        using var lists = new StateStatement(connection, "SELECT id, service, list FROM lists");
        while (lists.Read())
        {
            if (Enum.TryParse<ListKind>(lists.Text(2), ignoreCase: true, out var kind))
            {
                _listsByNumber.Add(lists.Number(0), (lists.Text(1), kind));
                _lists.Add((lists.Text(1), kind), lists.Number(0));
            }
        }
    }

    private void ReadCauses(SqliteConnection connection)
    {
        using var causes = new StateStatement(connection, "SELECT id, list, source, rule FROM causes");
        while (causes.Read())
        {
            if (Enum.TryParse<ListSource>(causes.Text(2), ignoreCase: true, out var source))
            {
                var cause = (causes.Number(1), source, causes.Text(3));
                _causesByNumber.Add(causes.Number(0), cause);
                _causes.Add(cause, causes.Number(0));
            }
        }
    }

    private static long Added(StateStatement insert)
    {
        insert.Read();
        var number = insert.Number(0);
        insert.Run();
        return number;
    }
}
