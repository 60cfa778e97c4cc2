using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode.Filtering;

/// <summary>
/// Whether a client can be refused before it has sent anything, because whatever it sends would be dropped: it is blacklisted, and not
/// whitelisted, for every service of the listener. Decides from memory alone, without allocation. Safe for any number of threads.
/// </summary>
public sealed class EarlyDrop
{
    private static readonly ListSource[] Sources = Enum.GetValues<ListSource>();

    private readonly ServiceSnapshot[] _services;

    /// <summary>For a listener with these services.</summary>
    public EarlyDrop(IReadOnlyList<ServiceSnapshot> services) => _services = services.All(Agrees) ? [.. services] : [];

    /// <summary>Whether all services of the listener agree to it, so that anyone can be refused.</summary>
    public bool IsOn => _services.Length > 0;

    /// <summary>
    /// A number that changes whenever somebody may be refused no longer before the time that <see cref="RefusedUntil"/> told: an entry was taken
    /// off a blacklist, or put on a whitelist.
    /// </summary>
    public long Pardons => _services.Sum(service =>
        ChangesOf(service.Store.Lists.Blacklist, ListChange.Removed)
        + ChangesOf(service.Store.Lists.Whitelist, ListChange.Added)
        + ChangesOf(service.Store.Lists.Whitelist, ListChange.Restored));

    /// <summary>Whether the client is to be refused. For most clients that is one look-up in the lists of the first service.</summary>
    /// <param name="client">Who.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public bool Refuses(in ClientKey client, long now)
    {
        foreach (var service in _services)
        {
            if (!IsDropped(service, client, now))
            {
                return false;
            }
        }

        return _services.Length > 0;
    }

    /// <summary>
    /// Until when the client is to be refused if nobody changes a list; it may be longer, where a client is in several entries of one list. For
    /// whoever plans ahead: takes locks.
    /// </summary>
    /// <param name="client">Who.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    /// <returns>In ticks of the node's clock; <see cref="long.MaxValue"/> for ever, null when it is not to be refused now.</returns>
    public long? RefusedUntil(in ClientKey client, long now)
    {
        if (!Refuses(client, now))
        {
            return null;
        }

        var until = long.MaxValue;
        foreach (var service in _services)
        {
            if (!service.IsBlacklisted(client))
            {
                var lists = service.Store.Lists;
                var listed = lists.Blacklist.TryFind(lists.Identity.PrefixOf(client), now, out _, out var entry);
                until = Math.Min(until, listed ? entry.Expires ?? long.MaxValue : now);
            }
        }

        return until > now ? until : null;
    }

    private static long ChangesOf(ClientList list, ListChange change)
    {
        var changes = 0L;
        foreach (var source in Sources)
        {
            changes += list.Changes(source, change);
        }

        return changes;
    }

    private static bool IsDropped(ServiceSnapshot service, in ClientKey client, long now)
    {
        var lists = service.Store.Lists;
        return (lists.Blacklist.Contains(client, now) || service.IsBlacklisted(client))
            && !service.IsWhitelisted(client)
            && !lists.Whitelist.Contains(client, now);
    }

    private static bool Agrees(ServiceSnapshot service) => service.Config.EarlyDrop switch
    {
        EarlyDropMode.Auto => !service.HasRequestOnlyWhitelist,
        var mode => mode == EarlyDropMode.On,
    };
}
