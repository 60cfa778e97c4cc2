using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Kernel;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.Connections;

/// <summary>
/// Who may come in through one listener, by the configuration in force. Refusing allocates nothing, takes no lock but that of one shard of
/// clients, and counts. Safe for any number of threads.
/// </summary>
internal sealed class ListenerGate
{
    private readonly ConfigurationDoor _door;
    private readonly NodeClock _clock;
    private readonly ConnectionSlots _slots;
    private readonly ClientSlots _clients;
    private readonly KernelOffers _kernel;
    private readonly int _listener;

    public ListenerGate(ConfigurationDoor door, NodeClock clock, ConnectionSlots slots, ClientSlots clients, KernelOffers kernel, ListenerStore store, int listener)
    {
        _door = door;
        _clock = clock;
        _slots = slots;
        _clients = clients;
        _kernel = kernel;
        _listener = listener;
        Store = store;
    }

    /// <summary>The counts of the listener.</summary>
    public ListenerStore Store { get; }

    /// <summary>Decides about a TCP peer right after accept.</summary>
    /// <param name="peer">The other end.</param>
    /// <param name="expectsProxyHeader">Whether a PROXY protocol header comes first; then <see cref="EnterFrom"/> decides about its source.</param>
    /// <returns>Null: refuse it; that is counted already.</returns>
    public ConnectionLease? Enter(in ClientKey peer, out bool expectsProxyHeader)
    {
        var node = _door.Current;
        var listener = node.Listeners[_listener];
        expectsProxyHeader = listener.TrustedPeers is not null;
        if (listener.TrustedPeers is { } trusted)
        {
            return trusted.Contains(peer) ? TakeSlot() : Refuse(DropReason.UntrustedPeer);
        }

        if (IsBlacklisted(node, peer))
        {
            _kernel.Refused(_listener, node.Identity.Of(peer), node.Config.Kernel, _clock.Now);
            return Refuse(DropReason.Blacklisted);
        }

        var lease = TakeSlot();
        if (lease is not null && !TryTakeClient(node, lease, peer))
        {
            lease.Dispose();
            return Refuse(DropReason.ClientLimit);
        }

        return lease;
    }

    /// <summary>Decides about the source that a PROXY protocol header names. False: refuse it; that is counted already.</summary>
    public bool EnterFrom(in ClientKey source, ConnectionLease lease)
    {
        var node = _door.Current;
        if (IsBlacklisted(node, source))
        {
            Store.CountDropped(DropReason.Blacklisted);
            return false;
        }

        if (!TryTakeClient(node, lease, source))
        {
            Store.CountDropped(DropReason.ClientLimit);
            return false;
        }

        return true;
    }

    /// <summary>Whether a connection from there would be refused now because its client is blacklisted for every service of the listener.</summary>
    public bool IsBlacklisted(in ClientKey peer) => IsBlacklisted(_door.Current, peer);

    // Behind a trusted proxy or balancer are many clients; who it is, only a header or a request tells.
    private bool IsBlacklisted(NodeSnapshot node, in ClientKey peer)
    {
        var listener = node.Listeners[_listener];
        return listener.EarlyDrop.Refuses(node.Identity.Of(peer), _clock.Now)
            && !node.TrustedProxies.Contains(peer)
            && listener.TrustedPeers?.Contains(peer) != true;
    }

    private static bool TryTakeClient(NodeSnapshot node, ConnectionLease lease, in ClientKey peer) =>
        node.TrustedProxies.Contains(peer) || lease.TryTakeClient(node.Identity.Of(peer), node.Config.Limits.ConnectionsPerClient);

    private ConnectionLease? TakeSlot() => ConnectionLease.TryTake(_slots, _clients) ?? Refuse(DropReason.OverLimit);

    private ConnectionLease? Refuse(DropReason reason)
    {
        Store.CountDropped(reason);
        return null;
    }
}
