using Microsoft.Extensions.Logging;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class PeriodicWorkerTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly TestTimeProvider _time = new();
    private readonly CollectedLog _log = new();

    [Fact]
    public async Task Work_that_fails_is_done_again_at_the_next_turn()
    {
        var turns = 0;
        await using var worker = Start(() => Interlocked.Increment(ref turns) <= 3 ? throw new InvalidOperationException("no such luck") : 0);

        await TurnsAsync(() => turns >= 5);

        worker.Failures.ShouldBe(3);
    }

    [Fact]
    public async Task Failures_are_told_once_a_minute_with_their_number_and_place()
    {
        await using var worker = Start(() => throw new InvalidOperationException("no such luck"));

        for (var turns = 1; turns <= 3; turns++)
        {
            _time.Advance(Interval);
            await Eventually.Holds(() => worker.Failures >= turns, "the work was done");
        }

        await Eventually.Holds(() => _log.Lines.Count == 1, "the first failure is told");
        _log.Count("the test's work failed 1 times").ShouldBe(1);
        _log.Count("InvalidOperationException: no such luck in Qrator.FilterNode.PeriodicWorkerTests").ShouldBe(1);
        _log.Count("   at ").ShouldBe(0);

        _time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.Holds(() => _log.Lines.Count == 2, "those since then are told");
        int.Parse(_log.Lines.Last().Split("failed ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task After_it_is_disposed_there_are_no_more_turns()
    {
        var turns = 0;
        var worker = Start(() => Interlocked.Increment(ref turns));
        await TurnsAsync(() => turns >= 1);

        await worker.DisposeAsync();

        var before = turns;
        _time.Advance(Interval * 3);
        turns.ShouldBe(before);
    }

    private PeriodicWorker Start(Func<int> work)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));
        return new("the test's work", Interval, () => work(), _time, loggers.CreateLogger<PeriodicWorker>());
    }

    // Each look lets one turn become due.
    private Task TurnsAsync(Func<bool> condition) => Eventually.Holds(
        () =>
        {
            _time.Advance(Interval);
            return condition();
        },
        "enough turns have come");
}
