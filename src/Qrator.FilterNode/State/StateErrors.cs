using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Qrator.FilterNode.State;

/// <summary>What exceptions of SQLite and of the file system mean for the operator.</summary>
internal static class StateErrors
{
    /// <summary>The trouble behind an exception; false for a defect of the node.</summary>
    public static bool TryTell(Exception exception, [NotNullWhen(true)] out StateException? problem)
    {
        problem = exception switch
        {
            StateException known => known,
            SqliteException sqlite => new(TroubleOf(sqlite), sqlite.Message),
            UnauthorizedAccessException or IOException => new(StateTrouble.Path, exception.Message),
            _ => null,
        };
        return problem is not null;
    }

    // https://www.sqlite.org/rescode.html
    private static StateTrouble TroubleOf(SqliteException exception) => exception.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => StateTrouble.Full,

        // The shared memory beside the log could not be made as large as it must be.
        raw.SQLITE_IOERR when exception.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHMSIZE => StateTrouble.Full,
        raw.SQLITE_READONLY => StateTrouble.ReadOnly,
        raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH => StateTrouble.Path,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL => StateTrouble.Locked,
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => StateTrouble.Corrupt,
        _ => StateTrouble.Error,
    };
}
