using System.Diagnostics;

namespace Qrator.FilterNode;

/// <summary>
/// Does a piece of work at regular times until it is disposed. An exception out of the work is a defect of the node: it ends that turn alone, is
/// counted, and is told in the log once a minute at most. The work runs once at a time; a turn that comes while it still runs is left out.
/// </summary>
internal sealed partial class PeriodicWorker : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    private readonly string _name;
    private readonly Action _work;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _timer;
    private readonly Task _working;
    private long _failures;
    private long _untold;
    private long? _toldAt;

    /// <summary>Begins; the first turn comes after one interval.</summary>
    /// <param name="name">What the log calls it.</param>
    /// <param name="interval">From one turn to the next.</param>
    /// <param name="work">The work; MUST NOT wait for long.</param>
    /// <param name="time">The time.</param>
    /// <param name="logger">Where failures are told.</param>
    public PeriodicWorker(string name, TimeSpan interval, Action work, TimeProvider time, ILogger<PeriodicWorker> logger)
    {
        _name = name;
        _work = work;
        _time = time;
        _logger = logger;
        _timer = new(interval, time);
        _working = WorkAsync();
    }

    /// <summary>How often the work has failed.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Ends it; a turn that runs is waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _working;
    }

    private async Task WorkAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            try
            {
                _work();
            }
            catch (Exception exception)
            {
                Fail(exception);
            }
        }
    }

    private void Fail(Exception exception)
    {
        Interlocked.Increment(ref _failures);
        _untold++;
        if (_toldAt is { } told && _time.GetElapsedTime(told) < BetweenLines)
        {
            return;
        }

        LogFailed(_name, _untold, exception.GetType().Name, exception.Message, PlaceOf(exception));
        _untold = 0;
        _toldAt = _time.GetTimestamp();
    }

    // One frame instead of a page of them: enough to find the line.
    private static string PlaceOf(Exception exception) =>
        new StackTrace(exception).GetFrame(0)?.GetMethod() is { } method ? $"{method.DeclaringType?.FullName}.{method.Name}" : "unknown";

    [LoggerMessage(Level = LogLevel.Error, Message = "a defect of the node: {Worker} failed {Count} times since it was told last, and goes on: {Exception}: {Problem} in {Place}")]
    private partial void LogFailed(string worker, long count, string exception, string problem, string place);
}
