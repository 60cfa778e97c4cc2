using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>
/// Puts a part of the rows back on the lists, with times of this run's clock: many at once, because a list takes those more quickly. Allocates nothing for
/// most rows. One thread at a time; parts of one database may be loaded beside each other.
/// </summary>
internal sealed class StatePart
{
    private const int AtOnce = 65_536;
    private const long NoList = long.MinValue;

    private readonly Dictionary<long, (long List, ListingCause? Cause)> _causes = [];
    private readonly Dictionary<long, StateTarget?> _targets = [];
    private readonly StatePlace[] _places = new StatePlace[AtOnce];
    private readonly RestoredEntry[] _entries = new RestoredEntry[AtOnce];
    private readonly long[] _created = new long[AtOnce];
    private readonly StateNumbers _numbers;
    private readonly IReadOnlyDictionary<string, ServiceLists> _services;
    private readonly StateClock _clock;
    private readonly long _since;
    private int _count;
    private long _lastNumber = NoList;
    private long _lastList = NoList;
    private ListingCause? _lastCause;

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

    /// <summary>The lists that rows were put on, by their number.</summary>
    public IEnumerable<KeyValuePair<long, StateTarget?>> Targets => _targets;

    /// <summary>The numbers of the causes that stand for operators.</summary>
    public IEnumerable<long> OfOperators => _causes.Where(cause => cause.Value.Cause?.Source == ListSource.Api).Select(cause => cause.Key);

    /// <summary>
    /// Puts rows back until there are no more, or the other part was met. Throws in the middle where the database is damaged; what was read until then is
    /// on the lists.
    /// </summary>
    /// <param name="rows">In the order of the table, or against it.</param>
    /// <param name="meeting">What it shares with the other part.</param>
    /// <param name="isForward">Whether the rows come in the order of the table.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load(StateRows rows, StateMeeting meeting, bool isForward)
    {
        try
        {
            while (rows.Read())
            {
                if (!rows.TryKey(out var place) || !TryCause(rows.Number(StateColumn.Cause), place.List, out var cause))
                {
                    continue;
                }

                if (_count > 0 && (_count == AtOnce || _places[0].List != place.List) && !Restore(meeting, isForward))
                {
                    return;
                }

                _places[_count] = place;
                _created[_count] = rows.Number(StateColumn.Created);
                _entries[_count] = cause is null ? default : EntryOf(rows, place, cause);
                _count++;
            }
        }
        finally
        {
            Restore(meeting, isForward);
        }
    }

    /// <summary>Puts back what led to entries: to those of operators, and of those that filters made for as many of each list as memory keeps.</summary>
    /// <param name="rows">With all columns of <see cref="StateColumn"/>.</param>
    /// <param name="oldest">The moment from which on it is kept, as it is written, by the number of the list.</param>
    public void LoadReasons(StateRows rows, IReadOnlyDictionary<long, long> oldest)
    {
        // As many may have been made in the same millisecond.
        var left = oldest.Keys.ToDictionary(list => list, _ => ServiceLists.KeptReasons);
        while (rows.Read())
        {
            if (!rows.TryKey(out var place)
                || !TryCause(rows.Number(StateColumn.Cause), place.List, out var cause)
                || cause is null
                || !TryTarget(place.List, out var target))
            {
                continue;
            }

            // What operators wrote is kept of all.
            var isKept = cause.Source == ListSource.Api
                ? target.Lists.Of(target.Kind).TryRecall(place.Key, _clock.Now, out _)
                : oldest.TryGetValue(place.List, out var since) && rows.Number(StateColumn.Created) >= since && left[place.List]-- > 0;
            if (isKept)
            {
                target.Lists.RestoreReason(RecordOf(rows, place, target, cause));
            }
        }
    }

    // All of one list. False when the other part was met.
    private bool Restore(StateMeeting meeting, bool isForward)
    {
        var read = meeting.Claim(_places.AsSpan(0, _count), isForward);
        var isMet = read < _count;
        _count = 0;
        Read += read;
        if (read == 0 || !TryTarget(_places[0].List, out var target))
        {
            return !isMet;
        }

        target.Lists.Restore(target.Kind, _entries.AsSpan(0, read), _clock.Now, _since);
        Note(target, read);
        return !isMet;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Note(StateTarget target, int read)
    {
        for (var i = 0; i < read; i++)
        {
            if (!_entries[i].IsRestored)
            {
                continue;
            }

            Restored++;
            if (_entries[i].Source != ListSource.Api)
            {
                target.Created.Add(_created[i]);
            }

            if (_places[i].Length != 4 && target.Lists.Of(target.Kind).KeyFor(_places[i].Key) != _places[i].Key)
            {
                Moved.Add((target.Service, target.Kind));
            }
        }
    }

    // Times are those of this run's clock.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RestoredEntry EntryOf(StateRows row, in StatePlace place, ListingCause cause)
    {
        var (created, expires) = TimesOf(row);
        return new(place.Address, place.KeyBits, cause, created, expires, OffencesOf(row));
    }

    private ListingRecord RecordOf(StateRows row, in StatePlace place, StateTarget target, ListingCause cause)
    {
        var (created, expires) = TimesOf(row);
        return new(
            target.Service, target.Kind, place.Key, ListChange.Restored, cause.Source, cause.Rule,
            row.Text(StateColumn.Detail), row.Text(StateColumn.Request), _clock.Now, created, expires, OffencesOf(row));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (long Created, long? Expires) TimesOf(StateRows row)
    {
        var created = row.Number(StateColumn.Created);
        var expires = row.NumberOrNull(StateColumn.Expires);
        if (created > _clock.UtcNow)
        {
            // The wall clock was set back meanwhile: no entry lasts longer than it was meant to.
            expires -= created - _clock.UtcNow;
            created = _clock.UtcNow;
        }

        return (_clock.FromUtc(created), expires is { } end ? _clock.FromUtc(end) : null);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int OffencesOf(StateRows row) => (int)Math.Clamp(row.Number(StateColumn.Offences), 0, byte.MaxValue);

    // False when it was cleared; null when the service or the rule is gone. Mostly it is that of the row before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryCause(long number, long list, out ListingCause? cause)
    {
        if (number != _lastNumber)
        {
            (_lastList, _lastCause) = FindCause(number);
            _lastNumber = number;
        }

        cause = _lastCause;
        return list == _lastList;
    }

    private (long List, ListingCause? Cause) FindCause(long number)
    {
        if (!_causes.TryGetValue(number, out var found))
        {
            found = !_numbers.TryCause(number, out var row) ? (NoList, null)
                : TryTarget(row.List, out var target) && target.Lists.Of(target.Kind).TryCause(row.Source, row.Rule, out var cause) ? (row.List, cause)
                : (row.List, null);
            _causes.Add(number, found);
        }

        return found;
    }

    private bool TryTarget(long number, [NotNullWhen(true)] out StateTarget? target)
    {
        if (!_targets.TryGetValue(number, out target))
        {
            target = _numbers.TryList(number, out var list) && _services.TryGetValue(list.Service, out var lists)
                ? new(list.Service, lists, list.Kind, new(ServiceLists.KeptReasons))
                : null;
            _targets.Add(number, target);
        }

        return target is not null;
    }
}
