using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Statistics.Intervals;

namespace Qrator.FilterNode.State;

/// <summary>The statistics are on disk as soon as an interval is over, and are there after a restart.</summary>
public sealed class StateIntervalsTests : IDisposable
{
    private const long Noon = 1_767_268_800;

    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.File("data/state.db");

    [Fact]
    public async Task An_interval_that_is_over_is_written_without_waiting_for_the_end()
    {
        await using var run = StateRun.Start(Database);

        HistoryOf(run).Add(Noon, new());
        HistoryOf(run).Add(Noon + 180, new());

        await Eventually.Holds(() => run.Number("SELECT count(*) FROM intervals") == 2, "both are on disk");
    }

    [Fact]
    public async Task A_restart_brings_them_back_and_adds_to_one_that_is_there_already()
    {
        await using (var run = StateRun.Start(Database))
        {
            HistoryOf(run).Restore(Noon, [1, 0, 5]).ShouldBeTrue();
            HistoryOf(run).ForgetSaved();
        }

        await using (var second = new StateRun(Database))
        {
            HistoryOf(second).Restore(Noon, [1, 0, 2]);
            second.Keeper.Start();
            HistoryOf(second).Find(Noon)!.Requests.ShouldBe(7);
        }

        await using var third = StateRun.Start(Database);
        HistoryOf(third).Find(Noon)!.Requests.ShouldBe(7);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_service_that_is_taken_out_and_put_back_writes_over_nothing(bool waitsForDisk)
    {
        await using (var run = StateRun.Start(Database))
        {
            HistoryOf(run).Add(Noon - 180, new());
            Count(run, 5);
            run.Store.KeepOnly([], run.Clock.Now);
            if (waitsForDisk)
            {
                await Eventually.Holds(() => run.Store.Departed.All.Count == 0, "what it had is on disk, and no longer in memory");
                run.Number("SELECT count(*) FROM intervals").ShouldBe(2);
            }

            run.Store.Service("Shop", 5_000_000, new(64));
            Count(run, 2);
            var shop = run.Store.Services.Single().Statistics;
            await Eventually.Holds(() => shop.Current(At(Noon)).Counts.Requests == 7, "what it had is in memory again");
            shop.History.Find(Noon - 180).ShouldNotBeNull();
            shop.Tick(At(Noon + 180));
        }

        await using var next = StateRun.Start(Database);
        HistoryOf(next).Find(Noon)!.Requests.ShouldBe(7);
        HistoryOf(next).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_service_that_is_gone_keeps_its_intervals_of_the_last_month_alone()
    {
        var time = new TestTimeProvider();
        var old = IntervalTime.StartOf(time.GetUtcNow() - TimeSpan.FromDays(40));
        var late = IntervalTime.StartOf(time.GetUtcNow() - TimeSpan.FromDays(3));
        await using (var run = StateRun.Start(Database, time))
        {
            HistoryOf(run).Add(old, new());
            HistoryOf(run).Add(late, new());
        }

        await using (var other = StateRun.Start(Database, time, service: "blog"))
        {
            HistoryOf(other).Count.ShouldBe(0);
            other.Number("SELECT start FROM intervals").ShouldBe(late);
            other.Number("SELECT count(*) FROM intervals").ShouldBe(1);
        }

        await using var again = StateRun.Start(Database, time, service: "SHOP");
        HistoryOf(again).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_database_of_a_node_that_knew_no_statistics_is_taken_over()
    {
        await using (var run = StateRun.Start(Database))
        {
            run.Offend("192.0.2.1");
        }

        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            StateSchema.Run(connection, "DROP TABLE intervals");
        }

        await using var next = StateRun.Start(Database);
        next.Listed().ShouldBe(["192.0.2.1"]);
        HistoryOf(next).Add(Noon, new());
        await Eventually.Holds(() => next.Number("SELECT count(*) FROM intervals") == 1, "it is on disk");
    }

    public void Dispose() => _folder.Dispose();

    private static void Count(StateRun run, int requests)
    {
        var service = run.Store.Services.Single();
        service.Statistics.Tick(At(Noon));
        for (var i = 0; i < requests; i++)
        {
            service.Requests.Count(Outcome.Passed);
        }
    }

    private static DateTimeOffset At(long moment) => DateTimeOffset.FromUnixTimeSeconds(moment);

    private static IntervalHistory HistoryOf(StateRun run) => run.Store.Services.Single().Statistics.History;
}
