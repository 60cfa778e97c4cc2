using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>
/// The latest list changes of the whole node, for the question why. Bounded: the oldest make room; what filters did, what RateLimit rules did and
/// what operators did is kept apart, so that none pushes another out. To note one costs an allocation and an atomic increment; to search goes over all. Safe for any
/// number of threads.
/// </summary>
public sealed class DecisionRing : IListJournal
{
    /// <summary>How many changes by filters, by RateLimit rules, and by operators are kept each unless told otherwise.</summary>
    public const int DefaultSize = 65_536;

    private readonly Ring _filters;
    private readonly Ring _limits;
    private readonly Ring _operators;

    /// <summary>Keeps up to <paramref name="size"/> (1 or more) changes by filters, and as many by RateLimit rules and by operators.</summary>
    public DecisionRing(int size = DefaultSize) => (_filters, _limits, _operators) = (new(size), new(size), new(size));

    /// <inheritdoc/>
    public void Listed(ListingRecord record)
    {
        var kind = record.Change switch
        {
            ListChange.Added => DecisionKind.Added,
            ListChange.Restored => DecisionKind.Restored,
            _ => DecisionKind.Extended,
        };
        var ring = record.Source == ListSource.Api ? _operators : _filters;
        ring.Note(new(record.Changed, record.Service, record.List, kind, record.Key, record));
    }

    /// <inheritdoc/>
    public void Removed(RemovalRecord record)
    {
        if (record.WasListed)
        {
            _operators.Note(new(record.Changed, record.Service, record.List, DecisionKind.Removed, record.Key, null));
        }
    }

    /// <inheritdoc/>
    public void Limited(LimitRecord record) =>
        _limits.Note(new(record.Changed, record.Service, null, record.IsExcess ? DecisionKind.Excess : DecisionKind.Added, record.Key, null, record));

    /// <inheritdoc/>
    public void Cleared(ClearingRecord record)
    {
        if (record.Count > 0)
        {
            var kind = record.Reason == ClearingReason.Flush ? DecisionKind.Flushed : DecisionKind.Retired;
            _operators.Note(new(record.Changed, record.Service, record.List, kind, null, null));
        }
    }

    /// <summary>
    /// What is remembered of a client or a subnet, the latest first: changes of its own entries and of those of subnets around it, and when lists were
    /// emptied that it had been put on.
    /// </summary>
    /// <param name="asked">Who.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="service">Only of this service; null for all.</param>
    public IReadOnlyList<Decision> Find(NetworkPrefix asked, int most, string? service = null)
    {
        var listedOn = new HashSet<(string Service, ListKind? List)>();
        var found = new List<Decision>();
        var inOrder = _filters.OldestFirst().Concat(_limits.OldestFirst()).Concat(_operators.OldestFirst()).Where(decision => Concerns(decision, asked, service)).OrderBy(decision => decision.Changed);
        foreach (var decision in inOrder)
        {
            if (decision.Listing is not null)
            {
                listedOn.Add((decision.Service, decision.List));
            }

            if (decision.Key is not null || listedOn.Contains((decision.Service, decision.List)))
            {
                found.Add(decision);
            }
        }

        found.Reverse();
        return found.Count > most ? found[..most] : found;
    }

    private static bool Concerns(Decision decision, NetworkPrefix asked, string? service) =>
        (service is null || string.Equals(decision.Service, service, StringComparison.OrdinalIgnoreCase))
        && (decision.Key is not { } key || (key.KeyBits <= asked.KeyBits && key.Contains(asked.Address)));

    private sealed class Ring(int size)
    {
        private readonly Decision?[] _slots = new Decision?[size];
        private long _noted;

        public void Note(Decision decision) => Volatile.Write(ref _slots[(Interlocked.Increment(ref _noted) - 1) % size], decision);

        public IEnumerable<Decision> OldestFirst()
        {
            var oldest = Volatile.Read(ref _noted);
            for (var i = 0; i < size; i++)
            {
                if (Volatile.Read(ref _slots[(oldest + i) % size]) is { } decision)
                {
                    yield return decision;
                }
            }
        }
    }
}
