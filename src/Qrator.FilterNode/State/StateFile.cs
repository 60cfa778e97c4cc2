using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Qrator.FilterNode.State;

/// <summary>The file of the state, with those that SQLite puts beside it. One thread at a time.</summary>
internal sealed class StateFile
{
    // The log first: left alone, SQLite would take it for that of the next database.
    private static readonly string[] Endings = ["-wal", "-shm", ""];

    private readonly TimeProvider _time;

    public StateFile(string path, TimeProvider time)
    {
        Path = System.IO.Path.GetFullPath(path);
        _time = time;
    }

    public string Path { get; }

    /// <summary>Whether the file is where it should be; SQLite would go on writing into one that was deleted.</summary>
    public bool Exists => File.Exists(Path);

    /// <summary>Opens the database, and makes it when there is none. Throws <see cref="StateException"/>.</summary>
    public StateDatabase Open()
    {
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            connection = Connect();
            StateSchema.Ensure(connection);
            return new(connection, _time.GetUtcNow());
        }
        catch (Exception exception) when (StateErrors.TryTell(exception, out var problem))
        {
            connection?.Dispose();
            throw problem;
        }
    }

    private SqliteConnection Connect()
    {
        // Kept open by a pool, a file that was put aside would be written on. Waiting is for the next attempt, not for a busy loop.
        var settings = new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false, DefaultTimeout = 1 };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Renames a damaged database, so that a person can look at it. Returns its new name. Throws <see cref="StateException"/>.</summary>
    public string SetAside()
    {
        var aside = $"{Path}.corrupt-{_time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}";
        try
        {
            foreach (var ending in Endings)
            {
                if (File.Exists(Path + ending))
                {
                    File.Move(Path + ending, aside + ending);
                }
            }

            return aside;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateException(StateTrouble.Corrupt, $"it is damaged and cannot be put aside: {exception.Message}");
        }
    }
}
