using System.Diagnostics;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;
using Xunit.Abstractions;

namespace Qrator.FilterNode.State;

/// <summary>A million entries, with the times printed: they depend on the machine, so only the count is asserted.</summary>
public sealed class StateSpeedTests(ITestOutputHelper output) : IDisposable
{
    private const int Entries = 1_000_000;
    private const int Changes = 20_000;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_million_entries_are_loaded()
    {
        var path = _folder.File("state.db");
        var run = new StateRun(path);
        using (var database = new StateFile(path, run.Time).Open())
        {
            // In the order of the table: that is quick.
            Measure("written in order", Entries, () => Write(database, run, Entries, i => (uint)i * 4_000));
            var random = new Random(7);
            Measure("changed at random", Changes, () => Write(database, run, Changes, _ => (uint)random.Next(Entries) * 4_000));
        }

        Measure("loaded", Entries, run.Keeper.Start);
        await using (run)
        {
            run.Blacklist.Count.ShouldBe(Entries);
            var change = new RemovalRecord("shop", ListKind.Whitelist, StateRun.Key("192.0.2.1"), WasListed: false, run.Clock.Now);
            Measure("told", Changes, () =>
            {
                for (var i = 0; i < Changes; i++)
                {
                    run.Queue.Removed(change);
                }
            });
        }
    }

    public void Dispose() => _folder.Dispose();

    // The time of the processor too: other tests run at the same time.
    private void Measure(string what, int count, Action work)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var wall = Stopwatch.StartNew();
        work();
        output.WriteLine($"{what}: {count} in {wall.ElapsedMilliseconds} ms, {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds:F0} ms of CPU");
    }

    private static void Write(StateDatabase database, StateRun run, int count, Func<int, uint> address)
    {
        var clock = new StateClock(run.Clock);
        database.Begin();
        for (var i = 0; i < count; i++)
        {
            database.Put(
                new(
                    "shop", ListKind.Blacklist, NetworkPrefix.Of(ClientKey.FromIPv4(address(i)), 128), ListChange.Added, ListSource.Header, "bad-agent",
                    "User-Agent: Mozilla/5.0 (compatible; BadBot/1.0)", "0123456789abcdef0123456789abcdef", clock.Now,
                    clock.Now - (i % 1_000 * TimeSpan.TicksPerSecond), clock.Now + TimeSpan.TicksPerHour, 0),
                clock);
        }

        database.Commit();
    }
}
