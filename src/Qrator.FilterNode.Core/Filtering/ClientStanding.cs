using Qrator.FilterNode.Behavior;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.UserRules;

namespace Qrator.FilterNode.Filtering;

/// <summary>How a client, or a subnet, stands with one service at one moment; for people.</summary>
public sealed record ClientStanding
{
    private ClientStanding(ServiceSnapshot service, NetworkPrefix asked, long now)
    {
        var identity = service.Store.Lists.Identity;
        var isClient = identity.IsClient(asked);
        Service = service;
        Asked = asked;
        ConfiguredWhitelist = isClient
            ? service.Config.Whitelist.FirstOrDefault(address => identity.Of(address.Key) == identity.Of(asked.Address))
            : null;
        ConfiguredBlacklist = service.Config.Blacklist.FirstOrDefault(prefix => identity.IsClient(prefix)
            ? isClient && identity.Of(prefix.Address) == identity.Of(asked.Address)
            : prefix.KeyBits <= asked.KeyBits && prefix.Contains(asked.Address));
        Whitelist = Find(ListKind.Whitelist, now);
        Blacklist = Find(ListKind.Blacklist, now);
        Behavior = isClient ? service.Store.Behavior.Find(identity.Of(asked.Address), now) : null;
        Limits = isClient ? [.. service.UserRules.LimitsOf(identity.Of(asked.Address), now)] : [];
    }

    /// <summary>The service.</summary>
    public ServiceSnapshot Service { get; }

    /// <summary>Who was asked about.</summary>
    public NetworkPrefix Asked { get; }

    /// <summary>The address in the configured whitelist that stands for the client; null when there is none.</summary>
    public SingleAddress? ConfiguredWhitelist { get; }

    /// <summary>The address or subnet in the configured blacklist that holds the client; null when there is none.</summary>
    public NetworkPrefix? ConfiguredBlacklist { get; }

    /// <summary>The entry of the dynamic whitelist; null when there is none.</summary>
    public ListedEntry? Whitelist { get; }

    /// <summary>The entry of the dynamic blacklist, which may be that of a subnet around the client; null when there is none.</summary>
    public ListedEntry? Blacklist { get; }

    /// <summary>What detection remembers of the client; null for nothing.</summary>
    public ClientRecord? Behavior { get; }

    /// <summary>The rules that limit the client.</summary>
    public IReadOnlyList<RuleLimit> Limits { get; }

    /// <summary>Whether the client is on the whitelist, the dynamic or the configured one.</summary>
    public bool IsWhitelisted => Whitelist is not null || ConfiguredWhitelist is not null;

    /// <summary>Whether the client is on the blacklist, the dynamic or the configured one.</summary>
    public bool IsBlacklisted => Blacklist is not null || ConfiguredBlacklist is not null;

    /// <summary>What comes of all that, in the order of the filters: whitelisted, blacklisted, limited or unlisted.</summary>
    public string Word => IsWhitelisted ? "whitelisted" : IsBlacklisted ? "blacklisted" : Limits.Count > 0 ? "limited" : "unlisted";

    /// <summary>Looks a client or subnet up. Takes locks of the lists for moments; safe while requests go on.</summary>
    /// <param name="service">The service.</param>
    /// <param name="asked">Who.</param>
    /// <param name="now">Now, in ticks of the node's clock.</param>
    public static ClientStanding Of(ServiceSnapshot service, NetworkPrefix asked, long now) => new(service, asked, now);

    private ListedEntry? Find(ListKind kind, long now) => Service.Store.Lists.TryFind(kind, Asked, now, out var found) ? found : null;
}
