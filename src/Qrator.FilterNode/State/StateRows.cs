using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Qrator.FilterNode.State;

/// <summary>
/// The rows of all entries, one after the other, over a connection of its own. For a million rows what a call costs is most of the time: SQLite takes no
/// lock on this connection, and its numbers are asked for as directly as can be. One thread at a time.
/// </summary>
internal sealed class StateRows : IDisposable
{
    private const string Library = "e_sqlite3";

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly nint _rows;

    /// <summary>Throws <see cref="SqliteException"/>.</summary>
    /// <param name="path">The database, which MUST be open otherwise too, and stay so.</param>
    /// <param name="sql">A query; its first columns are those of <see cref="StateColumn"/>.</param>
    public StateRows(string path, string sql)
    {
        var opened = raw.sqlite3_open_v2(path, out _database, raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_NOMUTEX, null);
        try
        {
            Check(opened);
            Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
            _rows = _statement.DangerousGetHandle();
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>Moves to the next row; false when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Read()
    {
        var result = Step(_rows);
        if (result != raw.SQLITE_ROW && result != raw.SQLITE_DONE)
        {
            Check(result);
        }

        return result == raw.SQLITE_ROW;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Number(int column) => Int64(_rows, column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long? NumberOrNull(int column)
    {
        // What is not there reads as 0.
        var number = Int64(_rows, column);
        return number == 0 && Type(_rows, column) == raw.SQLITE_NULL ? null : number;
    }

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>The client or subnet of the row; false when that is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe bool TryKey(out StatePlace place)
    {
        var address = (byte*)Blob(_rows, StateColumn.Address);
        var length = Bytes(_rows, StateColumn.Address);
        var bits = Number(StateColumn.Bits);
        place = length switch
        {
            4 when bits is >= 0 and <= 32 => new(Number(StateColumn.List), (ulong)BinaryPrimitives.ReadUInt32BigEndian(new(address, 4)) << 32, 0, 4, (byte)bits),
            16 when bits is >= 0 and <= 128 => new(
                Number(StateColumn.List),
                BinaryPrimitives.ReadUInt64BigEndian(new(address, 8)),
                BinaryPrimitives.ReadUInt64BigEndian(new(address + 8, 8)),
                16,
                (byte)bits),
            _ => default,
        };
        return place.Length > 0;
    }

    public void Dispose()
    {
        _statement.Dispose();
        _database.Dispose();
    }

    [DllImport(Library, EntryPoint = "sqlite3_step")]
    private static extern int Step(nint statement);

    [DllImport(Library, EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    private static extern long Int64(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_type")]
    [SuppressGCTransition]
    private static extern int Type(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_blob")]
    [SuppressGCTransition]
    private static extern nint Blob(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_bytes")]
    [SuppressGCTransition]
    private static extern int Bytes(nint statement, int column);

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }
    }
}
