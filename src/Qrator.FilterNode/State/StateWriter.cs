using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Statistics.Intervals;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.State;

/// <summary>
/// Writes to the open database what waits in the queue, and what else is to be done, a step at a time. After an exception the transaction is void:
/// the database MUST be closed and <see cref="Stop"/> called. One thread at a time.
/// </summary>
internal sealed class StateWriter
{
    // As many as are written at once when the database begins anew, so that the lists do not wait for long.
    private const int IntervalsOfStep = 5_000;

    private static readonly TimeSpan SmallestStep = TimeSpan.FromSeconds(1);

    private readonly StateFile _file;
    private readonly StateQueue _queue;
    private readonly NodeStore _store;
    private readonly NodeClock _clock;
    private readonly StateRewrite _rewrite = new();
    private readonly StateWalk _walk = new();
    private readonly StateFacts _facts = new();
    private StateClock _lastLook;

    public StateWriter(StateFile file, StateQueue queue, NodeStore store, NodeClock clock)
    {
        _file = file;
        _queue = queue;
        _store = store;
        _clock = clock;
        _lastLook = new(clock);
    }

    /// <summary>Whether whole lists are still to be written.</summary>
    public bool IsRewriting => _rewrite.IsDue;

    /// <summary>Whether anything is still to be written.</summary>
    public bool IsBehind => IsRewriting || _queue.Count > 0 || HasIntervals;

    private bool HasIntervals => Histories().Any(service => service.History.HasUnsaved || !service.History.IsLoaded);

    /// <summary>The lists of the services that there are.</summary>
    public Dictionary<string, ServiceLists> Services() =>
        _store.Services.ToDictionary(service => service.Name, service => service.Lists, StringComparer.OrdinalIgnoreCase);

    /// <summary>Begins with a database that was just opened.</summary>
    public void Start()
    {
        _queue.Open();
        _walk.StartOver();
        _lastLook = new(_clock);
    }

    /// <summary>Exchanges the numbers of the services with a database that was just opened. MUST come before the lists are loaded: the mode decides what comes back.</summary>
    public void ExchangeFacts(StateDatabase database)
    {
        _facts.StartOver();
        database.Begin();
        _facts.Exchange(database, [.. _store.Services]);
        database.Commit();
    }

    /// <summary>Takes note of nothing until the next start.</summary>
    public void Stop()
    {
        _queue.Close();
        _rewrite.Stop();
    }

    /// <summary>A list is to be written as it is in memory.</summary>
    public void Rewrite(string service, ListKind kind) => _rewrite.Add(service, kind);

    /// <summary>All lists are.</summary>
    public void RewriteAll()
    {
        foreach (var service in _store.Services)
        {
            _rewrite.Add(service.Name, ListKind.Whitelist);
            _rewrite.Add(service.Name, ListKind.Blacklist);
        }
    }

    /// <summary>All intervals of the statistics are to be written as they are in memory.</summary>
    public void RewriteIntervals()
    {
        foreach (var (_, history) in Histories())
        {
            history.ForgetSaved();
        }
    }

    /// <summary>Gives the services their intervals of earlier runs, once.</summary>
    public void Restore(IReadOnlyList<(string Service, long Start, byte[] Data)> intervals)
    {
        var histories = _store.Services.ToDictionary(service => service.Name, service => service.Statistics.History, StringComparer.OrdinalIgnoreCase);
        foreach (var (service, start, data) in intervals)
        {
            // A row that is none is left where it is, and shows as a gap.
            histories.GetValueOrDefault(service)?.Restore(start, data);
        }

        foreach (var history in histories.Values)
        {
            history.IsLoaded = true;
        }
    }

    /// <summary>One step, in one transaction: all that waits, and a part of what is done at leisure.</summary>
    public void Advance(StateDatabase database)
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
        var facts = _facts.IsDue(_store.Services);
        if (changes.Length == 0 && !_rewrite.IsDue && !walks && !facts && !HasIntervals)
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

        foreach (var (service, history) in Histories())
        {
            Load(database, service, history);
            foreach (var (start, data) in history.TakeUnsaved(IntervalsOfStep))
            {
                database.Intervals.Save(service, start, data);
            }
        }

        if (facts)
        {
            _facts.Exchange(database, [.. _store.Services]);
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
        foreach (var (_, history) in _store.Departed.All.Where(departed => departed.History is { IsLoaded: true, HasUnsaved: false }))
        {
            _store.Departed.Forget(history);
        }
    }

    // Of a service that came while the node runs. Before anything of it is saved, because that is written over what is there.
    private static void Load(StateDatabase database, string service, IntervalHistory history)
    {
        if (history.IsLoaded)
        {
            return;
        }

        // From here on nothing fails: what was restored must not be restored again.
        var rows = database.Intervals.Read(service);
        history.IsLoaded = true;
        foreach (var (start, data) in rows)
        {
            history.Restore(start, data);
        }
    }

    // Those who left first, so that who leaves or comes back meanwhile is not missed for long.
    private IEnumerable<(string Service, IntervalHistory History)> Histories() =>
        _store.Departed.All.Concat(_store.Services.Select(service => (service.Name, service.Statistics.History)));

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
}
