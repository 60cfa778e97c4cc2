using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.State;

/// <summary>
/// Keeps the lists in a database: loads them at the start, then writes what changes, several times a second, on a thread of its own. The lists in memory
/// are the truth and the database a copy: while it cannot be written nothing waits for it, and when it can be again it is written from memory.
/// </summary>
internal sealed partial class StateKeeper : IAsyncDisposable
{
    // With the time that writing takes, well within the second after which nothing may be lost.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenDamagedFiles = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SmallestStep = TimeSpan.FromSeconds(1);

    private readonly StateFile _file;
    private readonly StateQueue _queue;
    private readonly NodeStore _store;
    private readonly NodeClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _start;
    private readonly StateRewrite _rewrite = new();
    private readonly StateWalk _walk = new();
    private readonly AutoResetEvent _due = new(initialState: false);
    private StateDatabase? _database;
    private StateTrouble? _trouble;
    private StateClock _lastLook;
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
        _queue = queue;
        _store = store;
        _clock = clock;
        _time = time;
        _logger = logger;
        _start = clock.Now;
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
        while (_database is not null && (_queue.Count > 0 || _rewrite.IsDue));

        _queue.Close();
        _database?.Dispose();
    }

    private void Turn()
    {
        try
        {
            if (_database is not null)
            {
                Write(_database);
            }
            else if (_clock.Now >= _retryAt)
            {
                Open();
            }
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
            Load(database);
            ForgetServicesThatAreGone(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }

        _database = database;
        _queue.Open();
        _walk.StartOver();
        _lastLook = new(_clock);
        if (_isStale)
        {
            RewriteAll();
            _isStale = false;
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
        var loader = new StateLoader(database, Services(), new(_clock), _start);
        loader.Load();
        _isLoaded = true;
        foreach (var (service, kind) in loader.Moved)
        {
            _rewrite.Add(service, kind);
        }

        LogLoaded(_file.Path, loader.Restored, loader.Read, (long)_time.GetElapsedTime(began).TotalMilliseconds);
    }

    private void ForgetServicesThatAreGone(StateDatabase database)
    {
        var services = Services();
        database.Begin();
        foreach (var (service, kind) in database.Numbers.Lists.Where(list => !services.ContainsKey(list.Service)).ToList())
        {
            database.Numbers.Forget(service, kind);
        }

        database.Commit();
    }

    private void Write(StateDatabase database)
    {
        var clock = new StateClock(_clock);
        if (clock.StepSince(_lastLook).Duration() > SmallestStep)
        {
            // What was written is the wall-clock time of before.
            RewriteAll();
        }

        _lastLook = clock;
        var changes = _queue.Take(out var lost);
        foreach (var (service, kind) in lost)
        {
            _rewrite.Add(service, kind);
            _walk.StartOver();
        }

        var walks = _walk.IsDue(clock.Now);
        if (changes.Length == 0 && !_rewrite.IsDue && !walks)
        {
            return;
        }

        if (!_file.Exists)
        {
            throw new StateException(StateTrouble.Path, "the file was taken away");
        }

        database.Begin();
        foreach (var change in changes)
        {
            Write(database, change, clock);
        }

        if (_rewrite.IsDue)
        {
            _rewrite.Advance(database, Services(), clock);
        }
        else if (walks)
        {
            _walk.Advance(database, Services(), clock.Now);
        }

        database.Commit();
    }

    private void Write(StateDatabase database, object change, in StateClock clock)
    {
        switch (change)
        {
            case ListingRecord listed:
                database.Put(listed, clock);
                break;
            case RemovalRecord removed:
                database.Remove(removed.Service, removed.List, removed.Key);
                break;
            case ClearingRecord { Reason: ClearingReason.RuleGone } cleared:
                database.Numbers.Forget(cleared.Service, cleared.List, cleared.Causes);
                _walk.StartOver();
                break;
            case ClearingRecord cleared:
                database.Numbers.Forget(cleared.Service, cleared.List);
                _walk.StartOver();

                // Who was listed while it was being emptied has an entry that an earlier batch may have written.
                _rewrite.Add(cleared.Service, cleared.List);
                break;
        }
    }

    private void RewriteAll()
    {
        foreach (var service in _store.Services)
        {
            _rewrite.Add(service.Name, ListKind.Whitelist);
            _rewrite.Add(service.Name, ListKind.Blacklist);
        }
    }

    private Dictionary<string, ServiceLists> Services() =>
        _store.Services.ToDictionary(service => service.Name, service => service.Lists, StringComparer.OrdinalIgnoreCase);

    private void Fail(StateException problem)
    {
        _queue.Close();
        _rewrite.Stop();
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

    [LoggerMessage(Level = LogLevel.Information, Message = "state available again: {Path}; it is being written from memory")]
    private partial void LogAvailableAgain(string path);
}
