using System.Collections.Concurrent;
using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Bodies;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Statistics.Intervals;

namespace Qrator.FilterNode.Filtering;

/// <summary>All that outlives a reload: the stores of the services by name, and what belongs to none. Safe for any number of threads.</summary>
public sealed class NodeStore
{
    private readonly ConcurrentDictionary<string, ServiceStore> _services = new(StringComparer.OrdinalIgnoreCase);
    private readonly IListJournal _journal;

    /// <summary>Nothing remembered yet.</summary>
    public NodeStore(IListJournal journal) => _journal = journal;

    /// <summary>Requests that belong to no service: unknown host, not HTTP.</summary>
    public RequestCounters Unassigned { get; } = new();

    /// <summary>The statistics of services that left the configuration.</summary>
    public DepartedHistories Departed { get; } = new();

    /// <summary>Bytes of request bodies in flight, of all services together.</summary>
    public BodyBudget Bodies { get; } = new();

    /// <summary>Who knows the search engines, for the services that come from now on; null for nobody.</summary>
    public ISearchEngines? SearchEngines { get; set; }

    /// <summary>The services of the configuration in force.</summary>
    public IEnumerable<ServiceStore> Services => _services.Values;

    /// <summary>The store of a service; made empty when the service is new.</summary>
    /// <param name="name">The service.</param>
    /// <param name="maximumEntries">Automatic entries on one list.</param>
    /// <param name="identity">How addresses become clients; does not change while the node runs.</param>
    public ServiceStore Service(string name, int maximumEntries, ClientIdentity identity)
    {
        var store = _services.GetOrAdd(
            name, static (n, state) => new(n, state.maximumEntries, state.identity, state._journal, state.Departed.Take(n)), (maximumEntries, identity, _journal, Departed));
        store.Behavior.SearchEngines = SearchEngines;
        store.Lists.Whitelist.Maximum = maximumEntries;
        store.Lists.Blacklist.Maximum = maximumEntries;
        return store;
    }

    /// <summary>Forgets the services that are not in <paramref name="names"/>, with their lists, and tells the journal; their statistics are kept in <see cref="Departed"/>.</summary>
    public void KeepOnly(IReadOnlyCollection<string> names, long now)
    {
        foreach (var name in _services.Keys.Where(name => !names.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            if (_services.TryRemove(name, out var gone))
            {
                gone.Lists.Close(now);
                gone.Statistics.Leave();
                Departed.Add(name, gone.Statistics.History);
            }
        }
    }
}
