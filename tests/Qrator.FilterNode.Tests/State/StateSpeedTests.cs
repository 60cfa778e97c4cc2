using System.Diagnostics;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;
using Xunit.Abstractions;

namespace Qrator.FilterNode.State;

/// <summary>A million entries, with the times printed: they depend on the machine, so only the count is asserted.</summary>
public sealed class StateSpeedTests(ITestOutputHelper output) : IDisposable
{
    private const int Entries = 1_000_000;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_million_entries_are_loaded()
    {
        var path = _folder.File("state.db");
        Measure("written", () => Write(path));
        StateRun? run = null;
        Measure("loaded", () => run = StateRun.Start(path));
        await using (run)
        {
            run!.Blacklist.Count.ShouldBe(Entries);
            var change = new RemovalRecord("shop", ListKind.Whitelist, StateRun.Key("192.0.2.1"), WasListed: false, run.Clock.Now);
            Measure("told", () =>
            {
                for (var i = 0; i < Entries; i++)
                {
                    run.Queue.Removed(change);
                }
            });
        }
    }

    public void Dispose() => _folder.Dispose();

    // The time of the processor too: other tests run at the same time.
    private void Measure(string what, Action work)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var wall = Stopwatch.StartNew();
        work();
        output.WriteLine($"{what}: {Entries} entries in {wall.ElapsedMilliseconds} ms, {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds:F0} ms of CPU");
    }

    private static void Write(string path)
    {
        var run = new StateRun(path);
        using var database = new StateFile(path, run.Time).Open();
        var clock = new StateClock(run.Clock);
        var random = new Random(7);
        var addresses = new HashSet<uint>();
        database.Begin();
        for (var i = 0; i < Entries; i++)
        {
            uint address;
            do
            {
                address = (uint)random.NextInt64(1L << 32);
            }
            while (!addresses.Add(address));

            if (i % 50_000 == 49_999)
            {
                database.Commit();
                database.Begin();
            }

            database.Put(
                new(
                    "shop", ListKind.Blacklist, NetworkPrefix.Of(ClientKey.FromIPv4(address), 128), ListChange.Added, ListSource.Header, "bad-agent",
                    "User-Agent: Mozilla/5.0 (compatible; BadBot/1.0)", "0123456789abcdef0123456789abcdef", clock.Now, clock.Now, clock.Now + TimeSpan.TicksPerHour, 0),
                clock);
        }

        database.Commit();
    }
}
