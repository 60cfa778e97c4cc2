using System.Collections.Concurrent;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Origins;
using Qrator.FilterNode.RateLimits;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Filtering;

/// <summary>All that outlives a reload for one service: lists, rotation, counters. Safe for any number of threads.</summary>
public sealed class ServiceStore
{
    private readonly ConcurrentDictionary<(ListSource Filter, string Rule), RuleCounter> _rules = new();
    private readonly ConcurrentDictionary<string, OriginStore> _origins = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, BucketStore> _buckets = new(StringComparer.Ordinal);

    /// <summary>Nothing remembered yet.</summary>
    public ServiceStore(string name, int maximumEntries, IListJournal journal)
    {
        Name = name;
        Lists = new(name, maximumEntries, journal);
        Behavior = new(Lists);
    }

    /// <summary>The name of the service.</summary>
    public string Name { get; }

    /// <summary>The dynamic lists.</summary>
    public ServiceLists Lists { get; }

    /// <summary>Automatic detection.</summary>
    public BehaviorStore Behavior { get; }

    /// <summary>Whose turn it is.</summary>
    public OriginRotation Rotation { get; } = new();

    /// <summary>How requests ended.</summary>
    public RequestCounters Requests { get; } = new();

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

    /// <summary>What is remembered of one origin.</summary>
    public OriginStore Origin(string address) => _origins.GetOrAdd(address, static a => new(a));
}
