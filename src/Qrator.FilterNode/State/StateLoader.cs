using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>
/// Puts what the database has back on the lists. What is over, or whose rule or service is gone, stays out; <see cref="StateWalk"/> takes it out of
/// the database later.
/// </summary>
internal sealed class StateLoader
{
    private readonly Dictionary<long, Target?> _lists = [];
    private readonly Dictionary<long, long> _oldestWithReason = [];
    private readonly IReadOnlyDictionary<string, ServiceLists> _services;
    private readonly StateDatabase _database;
    private readonly StateClock _clock;
    private readonly long _since;

    /// <param name="database">Where from.</param>
    /// <param name="services">Where to: the lists of the services that there are.</param>
    /// <param name="clock">Now.</param>
    /// <param name="since">What was removed from the lists after this moment of the node's clock is not put back.</param>
    public StateLoader(StateDatabase database, IReadOnlyDictionary<string, ServiceLists> services, in StateClock clock, long since)
    {
        _database = database;
        _services = services;
        _clock = clock;
        _since = since;
    }

    /// <summary>The rows seen.</summary>
    public int Rows { get; private set; }

    /// <summary>Those of them that are on a list or remembered now.</summary>
    public int Restored { get; private set; }

    /// <summary>The lists whose entries now have other keys, because clients are told apart by another prefix than before.</summary>
    public HashSet<(string Service, ListKind Kind)> Moved { get; } = [];

    /// <summary>Reads all. After an exception what was read until then is on the lists.</summary>
    public void Load()
    {
        FindOldestWithReason();
        using var entries = _database.ReadAll();
        while (entries.Read())
        {
            Rows++;
            Restored += Restore(entries) ? 1 : 0;
        }
    }

    // Memory keeps the reasons of the latest entries only. To read those of all, only for nearly all to be forgotten again, would take most of the time.
    private void FindOldestWithReason()
    {
        var created = new Dictionary<long, List<long>>();
        using var entries = _database.ReadCreated();
        while (entries.Read())
        {
            if (!created.TryGetValue(entries.Number(0), out var ofList))
            {
                created.Add(entries.Number(0), ofList = []);
            }

            ofList.Add(entries.Number(1));
        }

        foreach (var (list, moments) in created.Where(list => list.Value.Count > ServiceLists.KeptReasons))
        {
            moments.Sort();
            _oldestWithReason.Add(list, moments[^ServiceLists.KeptReasons]);
        }
    }

    private bool Restore(StateStatement row)
    {
        var number = row.Number(StateColumn.List);
        if (!_lists.TryGetValue(number, out var target))
        {
            target = TargetOf(number);
            _lists.Add(number, target);
        }

        if (target is null
            || !_database.Numbers.TryCause(row.Number(StateColumn.Cause), out var cause) || cause.List != number
            || StateKey.Read(row, StateColumn.Address, StateColumn.Bits) is not { } key
            || target.Lists.RemovedSince(key.Address, _since))
        {
            return false;
        }

        var created = row.Number(StateColumn.Created);
        long? expires = row.IsNull(StateColumn.Expires) ? null : row.Number(StateColumn.Expires);
        var hasReason = cause.Source == ListSource.Api || created >= _oldestWithReason.GetValueOrDefault(number, long.MinValue);
        if (created > _clock.UtcNow)
        {
            // The wall clock was set back meanwhile: no entry lasts longer than it was meant to.
            expires -= created - _clock.UtcNow;
            created = _clock.UtcNow;
        }

        var restored = target.Lists.Restore(
            new(
                target.Service, target.Kind, key, ListChange.Restored, cause.Source, cause.Rule,
                hasReason ? row.Text(StateColumn.Detail) : "", hasReason ? row.Text(StateColumn.Request) : "",
                _clock.Now, _clock.FromUtc(created), expires is { } end ? _clock.FromUtc(end) : null, (int)row.Number(StateColumn.Offences)),
            _clock.Now);
        if (restored && target.Lists.Of(target.Kind).KeyFor(key) != key)
        {
            Moved.Add((target.Service, target.Kind));
        }

        return restored;
    }

    private Target? TargetOf(long number) =>
        _database.Numbers.TryList(number, out var list) && _services.TryGetValue(list.Service, out var lists) ? new(list.Service, list.Kind, lists) : null;

    private sealed record Target(string Service, ListKind Kind, ServiceLists Lists);
}
