using Microsoft.Data.Sqlite;

namespace Qrator.FilterNode.State;

/// <summary>
/// The tables. A list and a cause get a new number when they are cleared, so that a million entries go with one row; the rows that refer to the old
/// number mean nothing from then on, and are swept away later.
/// </summary>
internal static class StateSchema
{
    /// <summary>What this node writes and reads, in <c>PRAGMA user_version</c>.</summary>
    public const int Version = 1;

    // "QFNs": tells the file from any other SQLite database, also for file(1).
    private const int ApplicationId = 0x51464E73;

    // Times are milliseconds since 1970 (UTC). address: 4 or 16 bytes in network order; bits: the prefix length as it is written.
    private static readonly string Tables = $"""
        BEGIN IMMEDIATE;
        CREATE TABLE lists (
          id INTEGER PRIMARY KEY AUTOINCREMENT, service TEXT NOT NULL COLLATE NOCASE, list TEXT NOT NULL,
          UNIQUE (service, list));
        CREATE TABLE causes (
          id INTEGER PRIMARY KEY AUTOINCREMENT, list INTEGER NOT NULL, source TEXT NOT NULL, rule TEXT NOT NULL,
          UNIQUE (list, source, rule));
        CREATE TABLE entries (
          list INTEGER NOT NULL, address BLOB NOT NULL, bits INTEGER NOT NULL,
          cause INTEGER NOT NULL, created INTEGER NOT NULL, expires INTEGER, offences INTEGER NOT NULL, detail TEXT NOT NULL, request TEXT NOT NULL,
          PRIMARY KEY (list, address, bits)) WITHOUT ROWID;
        CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        COMMIT;
        """;

    // Came later than version 1; a node that does not know it leaves it alone. start: Unix seconds; data: IntervalEncoding.
    private const string Intervals =
        "CREATE TABLE IF NOT EXISTS intervals (service TEXT NOT NULL COLLATE NOCASE, start INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (service, start)) WITHOUT ROWID";

    /// <summary>Makes the tables in an empty database. Throws when they are not this version's; then nothing was changed.</summary>
    public static void Ensure(SqliteConnection connection)
    {
        var version = Number(connection, "PRAGMA user_version");
        if (Number(connection, "PRAGMA application_id") != ApplicationId && Number(connection, "SELECT count(*) FROM sqlite_master") > 0)
        {
            throw new StateException(StateTrouble.Foreign, "it is a database of another program");
        }

        if (version > Version)
        {
            throw new StateException(StateTrouble.Newer, $"it was written by a newer version (format {version}; this node knows {Version})");
        }

        // Auto-vacuum and page size stay as they are; the log of 32 MB spares rewriting the same pages again and again under attack.
        Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8192; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32768");
        if (version == 0)
        {
            Run(connection, Tables);
        }

        Run(connection, Intervals);
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
