using System.Collections.Concurrent;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Bodies;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Maintenance;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.RateLimits;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Statistics.Intervals;
using Qrator.FilterNode.Statistics.Top;

namespace Qrator.FilterNode.Filtering;

/// <summary>All that outlives a reload for one service: lists, rotation, counters. Safe for any number of threads.</summary>
public sealed class ServiceStore
{
    private readonly ConcurrentDictionary<(ListSource Filter, string Rule), RuleCounter> _rules = new();
    private readonly ConcurrentDictionary<string, OriginStore> _origins = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, BucketStore> _buckets = new(StringComparer.Ordinal);
    private readonly Lazy<OffenceStore> _offences = new(() => new());

    /// <summary>Nothing remembered yet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="maximumEntries">Automatic entries on one list.</param>
    /// <param name="identity">How addresses become clients.</param>
    /// <param name="journal">Who is told of changes of the lists.</param>
    /// <param name="history">The intervals that a service of this name had before it was taken out of the configuration; null for none.</param>
    public ServiceStore(string name, int maximumEntries, ClientIdentity identity, IListJournal journal, IntervalHistory? history = null)
    {
        Name = name;
        Lists = new(name, maximumEntries, journal) { Identity = identity };
        Behavior = new(Lists);
        Requests = new(Top);
        Statistics = new(() => IntervalReading.Of(Requests, Lists.Blacklist), history);
    }

    /// <summary>The name of the service.</summary>
    public string Name { get; }

    /// <summary>The dynamic lists.</summary>
    public ServiceLists Lists { get; }

    /// <summary>Automatic detection.</summary>
    public BehaviorStore Behavior { get; }

    /// <summary>Whose turn it is.</summary>
    public OriginRotation Rotation { get; } = new();

    /// <summary>Bytes of request bodies in flight.</summary>
    public BodyBudget Bodies { get; } = new();

    /// <summary>Maintenance that was switched on while the node runs.</summary>
    public MaintenanceStore Maintenance { get; } = new();

    /// <summary>Who broke the protocol lately; takes memory only once it is asked for.</summary>
    public OffenceStore Offences => _offences.Value;

    /// <summary>How requests ended.</summary>
    public RequestCounters Requests { get; }

    /// <summary>Which clients it has most of.</summary>
    public TopClients Top { get; } = new();

    /// <summary>The same in intervals, with bytes and the blacklist.</summary>
    public ServiceStatistics Statistics { get; }

    /// <summary>The counter of one rule.</summary>
    public RuleCounter RuleCounter(ListSource filter, string rule) => _rules.GetOrAdd((filter, rule), static _ => new());

    /// <summary>The limited clients of one rule.</summary>
    /// <param name="rule">The id of the rule.</param>
    /// <param name="maximum">How many clients it may limit at once; holds when the rule is new.</param>
    public BucketStore Buckets(string rule, int maximum) => _buckets.GetOrAdd(rule, static (_, most) => new(most), maximum);

    /// <summary>The limited clients of all rules.</summary>
    public IEnumerable<(string Rule, BucketStore Buckets)> AllBuckets => _buckets.Select(pair => (pair.Key, pair.Value));

    /// <summary>Forgets the limited clients of every rule that is not in <paramref name="rules"/>.</summary>
    public void KeepOnlyBuckets(IReadOnlySet<string> rules)
    {
        foreach (var rule in _buckets.Keys.Where(rule => !rules.Contains(rule)))
        {
            _buckets.TryRemove(rule, out _);
        }
    }

    /// <summary>Forgets the counters of every rule and origin that the configuration in force does not have.</summary>
    public void KeepOnlyCounters(IReadOnlySet<(ListSource Filter, string Rule)> rules, IReadOnlySet<string> origins)
    {
        foreach (var rule in _rules.Keys.Where(rule => !rules.Contains(rule)))
        {
            _rules.TryRemove(rule, out _);
        }

        foreach (var origin in _origins.Keys.Where(origin => !origins.Contains(origin)))
        {
            _origins.TryRemove(origin, out _);
        }
    }

    /// <summary>
    /// Takes a client or subnet off a list for an operator. A client starts clean, as <see cref="ServiceLists.Remove"/> promises, without buckets, without
    /// offences against the protocol, and without anything that detection holds against it.
    /// False when it was not on the list.
    /// </summary>
    public bool Remove(ListKind kind, NetworkPrefix key, long now)
    {
        var removed = Lists.Remove(kind, key, now);
        Forget(key, now);
        return removed;
    }

    /// <summary>Takes everything off a list for an operator, with the buckets of who was on it. Returns how many that were.</summary>
    public int Flush(ListKind kind, long now)
    {
        var removed = Lists.Flush(kind, now);
        foreach (var key in removed)
        {
            Forget(key, now);
        }

        return removed.Count;
    }

    /// <summary>What is remembered of one origin.</summary>
    public OriginStore Origin(string address) => _origins.GetOrAdd(address, static a => new(a));

    private void Forget(NetworkPrefix key, long now)
    {
        if (Lists.Identity.IsClient(key))
        {
            var client = Lists.Identity.Of(key.Address);
            Behavior.Forgive(client, now);
            foreach (var buckets in _buckets.Values)
            {
                buckets.Remove(client, now);
            }

            if (_offences.IsValueCreated)
            {
                _offences.Value.Remove(client);
            }
        }
    }
}
