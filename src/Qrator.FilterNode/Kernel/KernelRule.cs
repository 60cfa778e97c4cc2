using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Kernel;

/// <summary>Whom the kernel may drop: those that the listener would refuse at accept, whatever they sent. Safe for any number of threads.</summary>
internal static class KernelRule
{
    /// <summary>
    /// Whether anybody may be dropped at a listener. Not where the PROXY protocol is spoken: there the TCP peer is a balancer with all its visitors.
    /// </summary>
    public static bool MayDropAt(NodeSnapshot node, int listener) => node.Listeners[listener] is { TrustedPeers: null, EarlyDrop.IsOn: true };

    /// <summary>Whether a client may be dropped now.</summary>
    public static bool MayDrop(NodeSnapshot node, in KernelOffer offer, long now) =>
        MayDropAt(node, offer.Listener)
        && !node.TrustedProxies.Contains(offer.Client)
        && node.Listeners[offer.Listener].EarlyDrop.Refuses(offer.Client, now);

    /// <summary>
    /// Who is never dropped, whoever else is: an IPv6 client has many addresses, and one of them may be that of a proxy with many visitors.
    /// </summary>
    public static IReadOnlyList<NetworkPrefix> NeverDropped(NodeSnapshot node) =>
        [
            .. node.Config.Clients.TrustedProxies,
            .. node.Config.Listeners.SelectMany(listener => listener.TrustedPeers),
            .. node.Services.SelectMany(service => service.Config.Whitelist.Select(address => node.Identity.PrefixOf(node.Identity.Of(address.Key)))),
        ];

    /// <summary>Until when, in ticks of the node's clock; null when it may not.</summary>
    public static long? Until(NodeSnapshot node, in KernelOffer offer, long now) =>
        MayDrop(node, offer, now) ? node.Listeners[offer.Listener].EarlyDrop.RefusedUntil(offer.Client, now) : null;
}
