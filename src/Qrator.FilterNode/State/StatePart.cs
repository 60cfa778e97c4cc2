using System.Diagnostics.CodeAnalysis;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>
/// Puts a part of the rows back on the lists, with times of this run's clock. Allocates nothing for most rows but the key. One thread at a time; parts of
/// one database may be loaded beside each other, each over a connection of its own.
/// </summary>
internal sealed class StatePart
{
    private readonly Dictionary<long, StateTarget?> _targets = [];
    private readonly Dictionary<long, List<long>> _created = [];
    private readonly StateNumbers _numbers;
    private readonly IReadOnlyDictionary<string, ServiceLists> _services;
    private readonly StateClock _clock;
    private readonly long _since;

    /// <param name="numbers">What the numbers of the rows mean. Nothing may change it meanwhile.</param>
    /// <param name="services">Where to: the lists of the services that there are.</param>
    /// <param name="clock">Now.</param>
    /// <param name="since">What was removed from the lists after this moment of the node's clock is not put back.</param>
    public StatePart(StateNumbers numbers, IReadOnlyDictionary<string, ServiceLists> services, in StateClock clock, long since)
    {
        _numbers = numbers;
        _services = services;
        _clock = clock;
        _since = since;
    }

    /// <summary>The entries read: rows that refer to a list and a cause which were not cleared.</summary>
    public int Read { get; private set; }

    /// <summary>Those of them that are on a list or remembered now.</summary>
    public int Restored { get; private set; }

    /// <summary>The lists whose entries now have other keys, because clients are told apart by another prefix than before.</summary>
    public HashSet<(string Service, ListKind Kind)> Moved { get; } = [];

    /// <summary>When the entries that filters made were created, as it is written, by the number of their list.</summary>
    public IReadOnlyDictionary<long, List<long>> Created => _created;

    /// <summary>Puts all rows back. Throws in the middle where the database is damaged; what was read until then is on the lists.</summary>
    /// <param name="rows">With the columns of <see cref="StateColumn"/>.</param>
    public void Load(StateStatement rows)
    {
        while (rows.Read())
        {
            if (TryRow(rows, out var key, out var cause))
            {
                Read++;
                if (TryTarget(cause, out var target))
                {
                    Restore(rows, key, target);
                }
            }
        }
    }

    /// <summary>Puts back what led to the entries that filters made, for as many of each list as memory keeps.</summary>
    /// <param name="rows">With the columns of <see cref="StateColumn"/>.</param>
    /// <param name="oldest">The moment from which on it is kept, as it is written, by the number of the list.</param>
    public void LoadReasons(StateStatement rows, IReadOnlyDictionary<long, long> oldest)
    {
        // As many may have been made in the same millisecond.
        var left = oldest.Keys.ToDictionary(list => list, _ => ServiceLists.KeptReasons);
        while (rows.Read())
        {
            var list = rows.Number(StateColumn.List);
            if (TryRow(rows, out var key, out var cause)
                && TryTarget(cause, out var target)
                && target.Cause.Source != ListSource.Api
                && oldest.TryGetValue(list, out var since)
                && rows.Number(StateColumn.Created) >= since
                && left[list]-- > 0)
            {
                target.Lists.RestoreReason(RecordOf(rows, key, target, EntryOf(rows, target)));
            }
        }
    }

    private bool TryRow(StateStatement row, [NotNullWhen(true)] out NetworkPrefix? key, out long cause)
    {
        cause = row.Number(StateColumn.Cause);
        key = _numbers.TryCause(cause, out var known) && known.List == row.Number(StateColumn.List) ? StateKey.Read(row, StateColumn.Address, StateColumn.Bits) : null;
        return key is not null;
    }

    private void Restore(StateStatement row, NetworkPrefix key, StateTarget target)
    {
        var entry = EntryOf(row, target);
        if (target.Lists.RemovedSince(key.Address, _since) || !target.Lists.Restore(target.Kind, key, target.Cause, entry, _clock.Now))
        {
            return;
        }

        Restored++;
        if (!key.Address.IsIPv4 && target.Lists.Of(target.Kind).KeyFor(key) != key)
        {
            Moved.Add((target.Service, target.Kind));
        }

        // What operators wrote is kept of all.
        if (target.Cause.Source == ListSource.Api)
        {
            target.Lists.RestoreReason(RecordOf(row, key, target, entry));
        }
        else
        {
            target.Created.Add(row.Number(StateColumn.Created));
        }
    }

    // Times are those of this run's clock.
    private ListEntry EntryOf(StateStatement row, StateTarget target)
    {
        var created = row.Number(StateColumn.Created);
        long? expires = row.IsNull(StateColumn.Expires) ? null : row.Number(StateColumn.Expires);
        if (created > _clock.UtcNow)
        {
            // The wall clock was set back meanwhile: no entry lasts longer than it was meant to.
            expires -= created - _clock.UtcNow;
            created = _clock.UtcNow;
        }

        return new(
            target.Cause.Source,
            target.Cause.Rule,
            _clock.FromUtc(created),
            expires is { } end ? _clock.FromUtc(end) : null,
            (int)Math.Clamp(row.Number(StateColumn.Offences), 0, byte.MaxValue));
    }

    private ListingRecord RecordOf(StateStatement row, NetworkPrefix key, StateTarget target, in ListEntry entry) => new(
        target.Service, target.Kind, key, ListChange.Restored, entry.Source, entry.Rule,
        row.Text(StateColumn.Detail), row.Text(StateColumn.Request), _clock.Now, entry.Created, entry.Expires, entry.Offences);

    private bool TryTarget(long number, [NotNullWhen(true)] out StateTarget? target)
    {
        if (!_targets.TryGetValue(number, out target))
        {
            target = Find(number);
            _targets.Add(number, target);
        }

        return target is not null;
    }

    // Null when the service or the rule is gone.
    private StateTarget? Find(long number)
    {
        if (!_numbers.TryCause(number, out var row)
            || !_numbers.TryList(row.List, out var list)
            || !_services.TryGetValue(list.Service, out var lists)
            || !lists.Of(list.Kind).TryCause(row.Source, row.Rule, out var cause))
        {
            return null;
        }

        if (!_created.TryGetValue(row.List, out var created))
        {
            _created.Add(row.List, created = []);
        }

        return new(list.Service, lists, list.Kind, cause, created);
    }
}
