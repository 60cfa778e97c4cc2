using Microsoft.Data.Sqlite;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.State;

/// <summary>Trouble with the database never stops the node: it goes on from memory, says so once, and writes everything when it can again.</summary>
public sealed class StateTroubleTests : IDisposable
{
    private const int Many = 20_000;

    private readonly TemporaryFolder _folder = new();
    private readonly TestTimeProvider _time = new();

    private string Database => _folder.File("state.db");

    [Fact]
    public async Task A_file_of_garbage_is_put_aside_and_a_new_one_begun()
    {
        var garbage = new byte[10_000];
        new Random(1).NextBytes(garbage);
        await File.WriteAllBytesAsync(Database, garbage);

        await using (var run = Start())
        {
            run.Append("192.0.2.1");
            await run.ShouldBecomeAvailable(true);
            await run.ShouldComeToRows("192.0.2.1/32");
            run.Metric("filternode_state_failures_total{reason=\"corrupt\"}").ShouldBe(1);
            run.Log.Count("was put aside as").ShouldBe(1);
            run.Log.Count("state available again").ShouldBe(1);
        }

        (await File.ReadAllBytesAsync(Directory.GetFiles(_folder.Path, "state.db.corrupt-*").ShouldHaveSingleItem())).ShouldBe(garbage);
        await using var next = Start();
        next.Listed().ShouldBe(["192.0.2.1"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_truncated_file_is_put_aside_and_a_new_one_begun(int half)
    {
        await WriteManyAsync();
        using (var file = File.OpenWrite(Database))
        {
            file.SetLength(half == 0 ? 700 : file.Length / 2);
        }

        await using var next = Start();
        await next.ShouldBecomeAvailable(true);
        Directory.GetFiles(_folder.Path, "state.db.corrupt-*").ShouldHaveSingleItem();
        next.Append("192.0.2.1");
        await next.ShouldComeToRows("192.0.2.1/32");
    }

    [Fact]
    public async Task Of_a_damaged_file_what_comes_before_the_damage_is_kept()
    {
        await WriteManyAsync();
        using (var file = File.OpenWrite(Database))
        {
            file.Position = file.Length / 2;
            file.Write(Enumerable.Repeat((byte)0xA5, 40_960).ToArray());
        }

        await using var next = Start();
        await next.ShouldBecomeAvailable(true);
        Directory.GetFiles(_folder.Path, "state.db.corrupt-*").ShouldHaveSingleItem();
        var kept = next.Blacklist.Count;
        kept.ShouldBeInRange(1, Many - 1);
        await Eventually.Holds(() => next.Number("SELECT count(*) FROM entries") == kept, "the new file has what memory has");
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_left_as_it_is()
    {
        await using (var run = Start())
        {
            run.Append("192.0.2.1");
        }

        Execute("PRAGMA user_version = 99");
        var before = await File.ReadAllBytesAsync(Database);

        await using (var run = Start())
        {
            run.Append("192.0.2.2");
            run.Metric("filternode_state_available").ShouldBe(0);
            await WhileItTriesAgain(run, "newer");
            run.Log.Count("it is left as it is: run the newer version, or move the file away").ShouldBe(1);
            (await File.ReadAllBytesAsync(Database)).ShouldBe(before);

            File.Move(Database, _folder.File("moved.db"));
            _time.Advance(TimeSpan.FromMinutes(1));
            await run.ShouldBecomeAvailable(true);
            await run.ShouldComeToRows("192.0.2.2/32");
        }
    }

    [Fact]
    public async Task A_database_of_another_program_is_left_as_it_is()
    {
        Execute("CREATE TABLE invoices (id INTEGER)");
        var before = await File.ReadAllBytesAsync(Database);

        await using var run = Start();

        run.Log.Count("it is a database of another program; it is left as it is: name another file").ShouldBe(1);
        (await File.ReadAllBytesAsync(Database)).ShouldBe(before);
    }

    [Fact]
    public async Task A_file_that_another_process_holds_at_the_start_is_loaded_when_it_is_let_go()
    {
        await using (var run = Start())
        {
            run.Append("192.0.2.1");
            run.Append("192.0.2.2");
        }

        StateRun held;
        using (Hold("BEGIN EXCLUSIVE", "PRAGMA locking_mode = EXCLUSIVE"))
        {
            held = Start();
            held.Metric("filternode_state_available").ShouldBe(0);
            held.Metric("filternode_state_failures_total{reason=\"locked\"}").ShouldBe(1);
            held.Append("192.0.2.2");
            held.Append("192.0.2.3");
            held.Remove("192.0.2.2");
        }

        await using (held)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await held.ShouldBecomeAvailable(true);
            held.Listed().ShouldBe(["192.0.2.1", "192.0.2.3"]);
            await held.ShouldComeToRows("192.0.2.1/32", "192.0.2.3/32");
        }
    }

    [Fact]
    public async Task A_file_that_another_process_holds_for_long_is_written_when_it_is_let_go()
    {
        await using var run = Start();
        run.Offend("192.0.2.1", "the first");
        run.Append("192.0.2.2");
        await run.ShouldComeToRows("192.0.2.1/32", "192.0.2.2/32");
        using (Hold("BEGIN IMMEDIATE"))
        {
            run.Append("192.0.2.3");
            run.Remove("192.0.2.2");
            await run.ShouldBecomeAvailable(false);
            run.Append("192.0.2.4");
            run.Log.Count("state unavailable (locked)").ShouldBe(1);
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        await run.ShouldBecomeAvailable(true);
        await run.ShouldComeToRows("192.0.2.1/32", "192.0.2.3/32", "192.0.2.4/32");
        run.Log.Count("state available again").ShouldBe(1);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_tried_again()
    {
        await File.WriteAllTextAsync(_folder.File("in-the-way"), "");
        await using var run = StateRun.Start(_folder.File("in-the-way/state.db"), _time);
        run.Append("192.0.2.1");
        await WhileItTriesAgain(run, "path");

        File.Delete(_folder.File("in-the-way"));
        _time.Advance(TimeSpan.FromMinutes(1));

        await run.ShouldBecomeAvailable(true);
        await run.ShouldComeToRows("192.0.2.1/32");
    }

    [Fact]
    public async Task A_file_that_was_deleted_is_made_again()
    {
        await using var run = Start();
        run.Append("192.0.2.1");
        await run.ShouldComeToRows("192.0.2.1/32");

        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            File.Delete(file);
        }

        run.Append("192.0.2.2");
        await run.ShouldBecomeAvailable(false);
        _time.Advance(TimeSpan.FromMinutes(1));
        await run.ShouldBecomeAvailable(true);
        await run.ShouldComeToRows("192.0.2.1/32", "192.0.2.2/32");
    }

    [Fact]
    [Trait("Category", "Root")]
    public async Task A_full_disk_ends_nothing_and_is_written_when_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(_folder.Path);
        await using (var run = Start())
        {
            run.Append("192.0.2.1");
            await run.ShouldComeToRows("192.0.2.1/32");
            await disk.FillAsync();
            for (var i = 0; i < 5_000; i++)
            {
                run.Append($"10.0.{i / 256}.{i % 256}");
            }

            await run.ShouldBecomeAvailable(false);
            run.Log.Count("state unavailable (full)").ShouldBe(1);
            await WhileItTriesAgain(run, "full");
            run.Listed().Length.ShouldBe(5_001);

            disk.MakeRoom();
            _time.Advance(TimeSpan.FromMinutes(1));
            await run.ShouldBecomeAvailable(true);
            await Eventually.Holds(() => run.Number("SELECT count(*) FROM entries") == 5_001, "everything is written");
        }

        await using var next = Start();
        next.Listed().Length.ShouldBe(5_001);
    }

    [Fact]
    [Trait("Category", "Root")]
    public async Task A_read_only_disk_at_the_start_is_loaded_and_written_when_it_is_writable()
    {
        await using var disk = await SmallDisk.MountAsync(_folder.Path);
        await using (var run = Start())
        {
            run.Append("192.0.2.1");
        }

        await disk.RemountAsync("ro");
        await using (var run = Start())
        {
            run.Metric("filternode_state_available").ShouldBe(0);
            run.Append("192.0.2.2");

            await disk.RemountAsync("rw");
            _time.Advance(TimeSpan.FromMinutes(1));
            await run.ShouldBecomeAvailable(true);
            run.Listed().ShouldBe(["192.0.2.1", "192.0.2.2"]);
            await run.ShouldComeToRows("192.0.2.1/32", "192.0.2.2/32");
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task WriteManyAsync()
    {
        await using var run = Start();
        for (var i = 0; i < Many; i++)
        {
            run.Append($"10.0.{i / 256}.{i % 256}", TimeSpan.FromHours(1), "a comment that takes some room");
        }
    }

    private StateRun Start() => StateRun.Start(Database, _time);

    // Every attempt is counted, and none but the first is in the log.
    private async Task WhileItTriesAgain(StateRun run, string reason)
    {
        var failures = $"filternode_state_failures_total{{reason=\"{reason}\"}}";
        for (var before = run.Metric(failures); run.Metric(failures) < before + 2;)
        {
            var now = run.Metric(failures);
            _time.Advance(TimeSpan.FromMinutes(1));
            await Eventually.Holds(() => run.Metric(failures) > now, "it tries again");
        }

        run.Log.Count($"state unavailable ({reason})").ShouldBe(1);
        run.Metric("filternode_state_available").ShouldBe(0);
    }

    private void Execute(string sql) => Hold(sql).Dispose();

    private SqliteConnection Hold(params IEnumerable<string> sql)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());
        connection.Open();
        foreach (var text in sql.Reverse())
        {
            using var command = connection.CreateCommand();
            command.CommandText = text;
            command.ExecuteNonQuery();
        }

        return connection;
    }
}
