using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Filtering;

/// <summary>
/// Whether a client can be refused before it has sent anything, because whatever it sends would be dropped: it is blacklisted, and not
/// whitelisted, for every service of the listener. Decides from memory alone, without allocation. Safe for any number of threads.
/// </summary>
public sealed class EarlyDrop
{
    private readonly ServiceSnapshot[] _services;

    /// <summary>For a listener with these services.</summary>
    public EarlyDrop(IReadOnlyList<ServiceSnapshot> services) => _services = services.All(Agrees) ? [.. services] : [];

    /// <summary>Whether all services of the listener agree to it, so that anyone can be refused.</summary>
    public bool IsOn => _services.Length > 0;

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
