using Microsoft.Data.Sqlite;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>Reads the entries of the database as the journal told them, with times of this run's clock. One thread at a time.</summary>
internal sealed class StateReader
{
    private readonly Dictionary<long, Source?> _lists = [];
    private readonly Dictionary<long, long> _oldestWithReason = [];
    private readonly StateDatabase _database;
    private readonly StateClock _clock;

    public StateReader(StateDatabase database, in StateClock clock)
    {
        _database = database;
        _clock = clock;
    }

    /// <summary>All entries that refer to a list and a cause that were not cleared. Throws in the middle where the database is damaged.</summary>
    public IEnumerable<ListingRecord> Read()
    {
        FindOldestWithReason();
        using var entries = _database.ReadAll();
        while (entries.Read())
        {
            if (Entry(entries) is { } entry)
            {
                yield return entry;
            }
        }
    }

    // Memory keeps the reasons of the latest entries only. To read those of all, only for nearly all to be forgotten again, would take most of the time.
    private void FindOldestWithReason()
    {
        var created = new Dictionary<long, List<long>>();
        try
        {
            using var entries = _database.ReadCreated();
            while (entries.Read())
            {
                var list = entries.Number(0);
                if (!created.TryGetValue(list, out var moments))
                {
                    created.Add(list, moments = []);
                }

                moments.Add(entries.Number(1));
            }
        }
        catch (SqliteException)
        {
            // Whoever reads the entries next meets the same, after what comes before the damage.
            return;
        }

        foreach (var (list, moments) in created.Where(ofList => ofList.Value.Count > ServiceLists.KeptReasons))
        {
            moments.Sort();
            _oldestWithReason.Add(list, moments[^ServiceLists.KeptReasons]);
        }
    }

    private ListingRecord? Entry(StateStatement row)
    {
        var number = row.Number(StateColumn.List);
        if (!_lists.TryGetValue(number, out var list))
        {
            list = SourceOf(number);
            _lists.Add(number, list);
        }

        if (list is null
            || !_database.Numbers.TryCause(row.Number(StateColumn.Cause), out var cause) || cause.List != number
            || StateKey.Read(row, StateColumn.Address, StateColumn.Bits) is not { } key)
        {
            return null;
        }

        var created = row.Number(StateColumn.Created);
        var hasReason = cause.Source == ListSource.Api || list.TakesReason(created);
        long? expires = row.IsNull(StateColumn.Expires) ? null : row.Number(StateColumn.Expires);
        if (created > _clock.UtcNow)
        {
            // The wall clock was set back meanwhile: no entry lasts longer than it was meant to.
            expires -= created - _clock.UtcNow;
            created = _clock.UtcNow;
        }

        return new(
            list.Service, list.Kind, key, ListChange.Restored, cause.Source, cause.Rule,
            hasReason ? row.Text(StateColumn.Detail) : "", hasReason ? row.Text(StateColumn.Request) : "",
            _clock.Now, _clock.FromUtc(created), expires is { } end ? _clock.FromUtc(end) : null, (int)row.Number(StateColumn.Offences));
    }

    private Source? SourceOf(long number) => _database.Numbers.TryList(number, out var list)
        ? new(list.Service, list.Kind, _oldestWithReason.GetValueOrDefault(number, long.MinValue))
        : null;

    private sealed record Source(string Service, ListKind Kind, long OldestWithReason)
    {
        // As many may have been made in the same millisecond.
        private int _reasonsLeft = ServiceLists.KeptReasons;

        public bool TakesReason(long created) => created >= OldestWithReason && _reasonsLeft-- > 0;
    }
}
