using Microsoft.Data.Sqlite;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>
/// The open database: entries of the lists, and small facts. After an exception its transaction is void and it MUST be disposed. One thread at a time.
/// </summary>
internal sealed class StateDatabase : IDisposable
{
    private const string Columns = "list, address, bits, cause, created, expires, offences, detail, request";

    private readonly SqliteConnection _connection;
    private readonly StateStatement _put;
    private readonly StateStatement _renew;
    private readonly StateStatement _remove;
    private readonly StateStatement _page;
    private readonly StateStatement _setFact;
    private readonly StateStatement _fact;

    /// <summary>Takes over an open connection, and shows that it takes writes.</summary>
    public StateDatabase(SqliteConnection connection, DateTimeOffset now)
    {
        _connection = connection;
        Numbers = new(connection);
        Intervals = new(connection);
        _put = new(connection, $"REPLACE INTO entries ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

        // Memory keeps the details of the latest entries only; those in the file are not to be lost with that.
        _renew = new(connection, $"""
            INSERT INTO entries ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET
              detail = iif(excluded.detail = '' AND excluded.cause = cause, detail, excluded.detail),
              request = iif(excluded.detail = '' AND excluded.cause = cause, request, excluded.request),
              cause = excluded.cause, created = excluded.created, expires = excluded.expires, offences = excluded.offences
            """);
        _remove = new(connection, "DELETE FROM entries WHERE list = ? AND address = ? AND bits = ?");
        _page = new(connection, "SELECT list, address, bits, cause FROM entries WHERE (list, address, bits) > (?, ?, ?) LIMIT ?");
        _setFact = new(connection, "REPLACE INTO facts (name, value) VALUES (?, ?)");
        _fact = new(connection, "SELECT value FROM facts WHERE name = ?");
        Begin();
        SetFact("opened", now.ToUnixTimeMilliseconds());
        Commit();
    }

    /// <summary>The numbers of lists and causes.</summary>
    public StateNumbers Numbers { get; }

    /// <summary>The statistics.</summary>
    public StateIntervals Intervals { get; }

    public void Begin() => StateSchema.Run(_connection, "BEGIN IMMEDIATE");

    public void Commit() => StateSchema.Run(_connection, "COMMIT");

    /// <summary>Writes an entry over what was known of its client or subnet.</summary>
    public void Put(ListingRecord record, in StateClock clock) =>
        Write(_put, record.Service, record.List, record.Key, new(record.Source, record.Rule, record.Created, record.Expires, record.Offences), record.Detail, record.RequestId, clock);

    /// <summary>The same with what memory knows; keeps the detail of an entry that memory has none of.</summary>
    public void Renew(string service, ListKind kind, in ListedEntry known, in StateClock clock) =>
        Write(_renew, service, kind, known.Key, known.Entry, known.Detail, known.Reason?.RequestId ?? "", clock);

    /// <summary>Forgets a client or subnet.</summary>
    public void Remove(string service, ListKind kind, NetworkPrefix key) => Remove(new(Numbers.OfList(service, kind), key));

    /// <summary>Forgets a row.</summary>
    public void Remove(in StateRow row)
    {
        _remove.Bind(1, row.List);
        StateKey.Bind(_remove, 2, 3, row.Key);
        _remove.Run();
    }

    /// <summary>The rows after one, in the order of the table. Throws <see cref="StateException"/> for a row that is none.</summary>
    /// <param name="after">From where on; null from the start.</param>
    /// <param name="rows">Gets them; cleared before.</param>
    /// <param name="most">How many.</param>
    public void ReadPage(StateRow? after, List<StateRow> rows, int most)
    {
        rows.Clear();
        _page.Bind(1, after?.List ?? long.MinValue);
        if (after is { } row)
        {
            StateKey.Bind(_page, 2, 3, row.Key);
        }
        else
        {
            _page.Bind(2, []);
            _page.Bind(3, 0L);
        }

        _page.Bind(4, (long)most);
        while (_page.Read())
        {
            var key = StateKey.Read(_page, 1, 2) ?? throw new StateException(StateTrouble.Corrupt, "a row has no address");
            rows.Add(new(_page.Number(0), key, Numbers.TryCause(_page.Number(3), out _)));
        }
    }

    /// <summary>How large it is, in pages of 4 KB.</summary>
    public long Pages => StateSchema.Number(_connection, "PRAGMA page_count");

    /// <summary>A number that outlives the process; null when it was never set.</summary>
    public long? Fact(string name)
    {
        _fact.Bind(1, name);
        long? value = _fact.Read() ? _fact.Number(0) : null;
        _fact.Reset();
        return value;
    }

    /// <summary>Keeps a number.</summary>
    public void SetFact(string name, long value)
    {
        _setFact.Bind(1, name);
        _setFact.Bind(2, value);
        _setFact.Run();
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<StateStatement>)[_put, _renew, _remove, _page, _setFact, _fact])
        {
            statement.Dispose();
        }

        Numbers.Dispose();
        Intervals.Dispose();
        _connection.Dispose();
    }

    private void Write(
        StateStatement statement, string service, ListKind kind, NetworkPrefix key, in ListEntry entry, string detail, string requestId, in StateClock clock)
    {
        var list = Numbers.OfList(service, kind);
        statement.Bind(1, list);
        StateKey.Bind(statement, 2, 3, key);
        statement.Bind(4, Numbers.OfCause(list, entry.Source, entry.Rule));
        statement.Bind(5, clock.ToUtc(entry.Created));
        statement.Bind(6, entry.Expires is { } end ? clock.ToUtc(end) : null);
        statement.Bind(7, (long)entry.Offences);
        statement.Bind(8, detail);
        statement.Bind(9, requestId);
        statement.Run();
    }
}
