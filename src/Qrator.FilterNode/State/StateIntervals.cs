using Microsoft.Data.Sqlite;
using Qrator.FilterNode.Statistics.Intervals;

namespace Qrator.FilterNode.State;

/// <summary>The statistics in the open database: a row for each interval of each service. One thread at a time.</summary>
internal sealed class StateIntervals : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly StateStatement _put;
    private readonly StateStatement _remove;

    public StateIntervals(SqliteConnection connection)
    {
        _connection = connection;
        _put = new(connection, "REPLACE INTO intervals (service, start, data) VALUES (?, ?, ?)");
        _remove = new(connection, "DELETE FROM intervals WHERE service = ? AND start = ?");
    }

    /// <summary>Writes an interval over what was known of it; null forgets it.</summary>
    public void Save(string service, long start, byte[]? data)
    {
        var statement = data is null ? _remove : _put;
        statement.Bind(1, service);
        statement.Bind(2, start);
        if (data is not null)
        {
            statement.Bind(3, data.AsSpan());
        }

        statement.Run();
    }

    /// <summary>All intervals.</summary>
    public List<(string Service, long Start, byte[] Data)> ReadAll()
    {
        var all = new List<(string, long, byte[])>();
        using var rows = new StateStatement(_connection, "SELECT service, start, data FROM intervals ORDER BY service, start");
        while (rows.Read())
        {
            all.Add((rows.Text(0), rows.Number(1), rows.Bytes(2).ToArray()));
        }

        return all;
    }

    /// <summary>The intervals of one service.</summary>
    public List<(long Start, byte[] Data)> Read(string service)
    {
        var found = new List<(long, byte[])>();
        using var rows = new StateStatement(_connection, "SELECT start, data FROM intervals WHERE service = ? ORDER BY start");
        rows.Bind(1, service);
        while (rows.Read())
        {
            found.Add((rows.Number(0), rows.Bytes(1).ToArray()));
        }

        return found;
    }

    /// <summary>Forgets the old intervals of services that there are not; those that there are forget their own.</summary>
    public void ForgetOld(IReadOnlyCollection<string> services, DateTimeOffset now)
    {
        var oldest = IntervalTime.StartOf(now) - ((long)IntervalHistory.Most * IntervalTime.Seconds);
        var gone = new List<string>();
        using (var names = new StateStatement(_connection, "SELECT DISTINCT service FROM intervals"))
        {
            while (names.Read())
            {
                gone.Add(names.Text(0));
            }
        }

        using var forget = new StateStatement(_connection, "DELETE FROM intervals WHERE service = ? AND start < ?");
        foreach (var service in gone.Where(service => !services.Contains(service, StringComparer.OrdinalIgnoreCase)))
        {
            forget.Bind(1, service);
            forget.Bind(2, oldest);
            forget.Run();
        }
    }

    public void Dispose()
    {
        _put.Dispose();
        _remove.Dispose();
    }
}
