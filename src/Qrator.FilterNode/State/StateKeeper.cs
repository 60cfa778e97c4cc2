using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.State;

/// <summary>
/// Keeps the lists and the statistics in a database: loads them at the start, then writes what changes, several times a second, on a thread of its own. The lists in memory
/// are the truth and the database a copy: while it cannot be written nothing waits for it, and when it can be again it is written from memory.
/// </summary>
internal sealed partial class StateKeeper : IAsyncDisposable
{
    // With the time that writing takes, well within the second after which nothing may be lost.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenDamagedFiles = TimeSpan.FromMinutes(10);

    private readonly StateFile _file;
    private readonly NodeClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _start;
    private readonly StateWriter _writer;
    private readonly AutoResetEvent _due = new(initialState: false);
    private StateDatabase? _database;
    private StateTrouble? _trouble;
    private bool _isLoaded;
    private bool _isStale;
    private long _retryAt;
    private long _mayBePutAsideAt;
    private TimeSpan _retryAfter = FirstRetry;
    private volatile bool _stopping;
    private ITimer? _timer;
    private Task _writing = Task.CompletedTask;

    public StateKeeper(StateFile file, StateQueue queue, NodeStore store, NodeClock clock, TimeProvider time, ILogger<StateKeeper> logger)
    {
        _file = file;
        _clock = clock;
        _time = time;
        _logger = logger;
        _start = clock.Now;
        _writer = new(file, queue, store, clock);
        Status = new(queue);
    }

    /// <summary>How it is doing.</summary>
    public StateStatus Status { get; }

    /// <summary>
    /// Loads the lists, and begins to write. MUST come after the first configuration and before the first request. Trouble with the database is told
    /// in the log and stops nobody.
    /// </summary>
    public void Start()
    {
        Turn();
        _timer = _time.CreateTimer(_ => _due.Set(), null, Interval, Interval);
        _writing = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Writes what is not yet written, and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _due.Set();
        await _writing;
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        _due.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            _due.WaitOne();
            Turn();
        }

        _retryAt = long.MinValue;
        do
        {
            Turn();
        }
        while (_database is not null && _writer.IsBehind);

        _writer.Stop();
        _database?.Dispose();
    }

    private void Turn()
    {
        try
        {
            if (_database is not null)
            {
                _writer.Advance(_database);
            }
            else if (_clock.Now >= _retryAt)
            {
                Open();
            }

            SayWhenAvailable();
        }
        catch (Exception exception)
        {
            // Also a defect of the node: without the copy the lists still do their work.
            Fail(StateErrors.TryTell(exception, out var problem) ? problem : new(StateTrouble.Error, $"{exception.GetType().Name}: {exception.Message}"));
        }
    }

    private void Open()
    {
        var database = _file.Open();
        try
        {
            _writer.ExchangeFacts(database);
            Load(database);
            ForgetServicesThatAreGone(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }

        _database = database;
        _writer.Start();
        if (_isStale)
        {
            _writer.RewriteAll();
            _writer.RewriteIntervals();
            _isStale = false;
        }
    }

    // Not before everything that was missed is written: a disk that has room for a little is no disk to rely on.
    private void SayWhenAvailable()
    {
        if (_database is null || Status.IsAvailable || _writer.IsRewriting)
        {
            return;
        }

        Status.IsAvailable = true;
        _retryAfter = FirstRetry;
        if (_trouble is not null)
        {
            _trouble = null;
            LogAvailableAgain(_file.Path);
        }
    }

    private void Load(StateDatabase database)
    {
        if (_isLoaded)
        {
            return;
        }

        var began = _time.GetTimestamp();
        var loader = new StateLoader(database, _file.Path, _writer.Services(), new(_clock), _start);
        loader.Load();
        var intervals = database.Intervals.ReadAll();

        // From here on nothing fails: what was restored must not be restored again.
        _isLoaded = true;
        _writer.Restore(intervals);
        foreach (var (service, kind) in loader.Moved)
        {
            _writer.Rewrite(service, kind);
        }

        LogLoaded(_file.Path, loader.Restored, loader.Read, (long)_time.GetElapsedTime(began).TotalMilliseconds);
    }

    private void ForgetServicesThatAreGone(StateDatabase database)
    {
        var services = _writer.Services();
        database.Begin();
        foreach (var (service, kind) in database.Numbers.Lists.Where(list => !services.ContainsKey(list.Service)).ToList())
        {
            database.Numbers.Forget(service, kind);
        }

        database.Intervals.ForgetOld(services.Keys, _time.GetUtcNow());
        database.Commit();
    }

    private void Fail(StateException problem)
    {
        _writer.Stop();
        _database?.Dispose();
        _database = null;
        _isStale = true;
        Status.IsAvailable = false;
        Status.Failed(problem.Trouble);
        if (problem.Trouble == StateTrouble.Corrupt && TrySetAside())
        {
            _trouble = problem.Trouble;
            _retryAt = long.MinValue;
            return;
        }

        _retryAt = _clock.Now + _retryAfter.Ticks;
        _retryAfter = _retryAfter * 2 < LongestRetry ? _retryAfter * 2 : LongestRetry;
        if (_trouble != problem.Trouble)
        {
            _trouble = problem.Trouble;
            LogUnavailable(ListMetrics.Word(problem.Trouble), _file.Path, problem.Message, problem.Remedy);
        }
    }

    // Seldom, so that a disk that damages whatever is written does not fill with damaged files.
    private bool TrySetAside()
    {
        if (_clock.Now < _mayBePutAsideAt)
        {
            return false;
        }

        try
        {
            var aside = _file.SetAside();
            _mayBePutAsideAt = _clock.Now + BetweenDamagedFiles.Ticks;
            LogPutAside(_file.Path, aside);

            // What could be read of it is in memory.
            _isLoaded = true;
            return true;
        }
        catch (StateException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "state loaded: {Path} entries={Entries} of {Read} in {Milliseconds} ms")]
    private partial void LogLoaded(string path, int entries, int read, long milliseconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "state unavailable ({Reason}), the lists are in memory only: {Path}: {Problem}; {Remedy}")]
    private partial void LogUnavailable(string reason, string path, string problem, string remedy);

    [LoggerMessage(Level = LogLevel.Error, Message = "state damaged: {Path} was put aside as {Aside}; what could be read of it is kept")]
    private partial void LogPutAside(string path, string aside);

    [LoggerMessage(Level = LogLevel.Information, Message = "state available again: {Path}; it has what memory has")]
    private partial void LogAvailableAgain(string path);
}
