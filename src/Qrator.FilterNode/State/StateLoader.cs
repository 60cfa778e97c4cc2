using System.Collections.Concurrent;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.State;

/// <summary>
/// Puts what the database has back on the lists. What is over, or whose rule or service is gone, stays out; <see cref="StateWalk"/> takes it out of
/// the database later.
/// </summary>
internal sealed class StateLoader
{
    private const int BatchSize = 1_024;
    private const int BatchesAhead = 16;

    private readonly IReadOnlyDictionary<string, ServiceLists> _services;
    private readonly StateReader _reader;
    private readonly long _now;
    private readonly long _since;

    /// <param name="database">Where from.</param>
    /// <param name="services">Where to: the lists of the services that there are.</param>
    /// <param name="clock">Now.</param>
    /// <param name="since">What was removed from the lists after this moment of the node's clock is not put back.</param>
    public StateLoader(StateDatabase database, IReadOnlyDictionary<string, ServiceLists> services, in StateClock clock, long since)
    {
        _reader = new(database, clock);
        _services = services;
        _now = clock.Now;
        _since = since;
    }

    /// <summary>The entries read.</summary>
    public int Read { get; private set; }

    /// <summary>Those of them that are on a list or remembered now.</summary>
    public int Restored { get; private set; }

    /// <summary>The lists whose entries now have other keys, because clients are told apart by another prefix than before.</summary>
    public HashSet<(string Service, ListKind Kind)> Moved { get; } = [];

    /// <summary>Reads all, on one thread, and puts it back, on another. After an exception what was read until then is on the lists.</summary>
    public void Load()
    {
        using var batches = new BlockingCollection<List<ListingRecord>>(BatchesAhead);
        var restoring = Task.Run(() => Restore(batches));
        var batch = new List<ListingRecord>(BatchSize);
        try
        {
            foreach (var record in _reader.Read())
            {
                Read++;
                batch.Add(record);
                if (batch.Count == BatchSize)
                {
                    batches.Add(batch);
                    batch = new(BatchSize);
                }
            }
        }
        finally
        {
            batches.Add(batch);
            batches.CompleteAdding();
            restoring.GetAwaiter().GetResult();
        }
    }

    private void Restore(BlockingCollection<List<ListingRecord>> batches)
    {
        try
        {
            foreach (var record in batches.GetConsumingEnumerable().SelectMany(batch => batch))
            {
                Restored += Restore(record) ? 1 : 0;
            }
        }
        finally
        {
            // Whatever has happened here, the other thread must not wait for room.
            while (batches.TryTake(out _, Timeout.Infinite))
            {
            }
        }
    }

    private bool Restore(ListingRecord record)
    {
        if (!_services.TryGetValue(record.Service, out var lists) || lists.RemovedSince(record.Key.Address, _since) || !lists.Restore(record, _now))
        {
            return false;
        }

        if (lists.Of(record.List).KeyFor(record.Key) != record.Key)
        {
            Moved.Add((record.Service, record.List));
        }

        return true;
    }
}
