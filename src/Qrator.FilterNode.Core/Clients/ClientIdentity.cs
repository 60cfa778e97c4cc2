using System.Net;

namespace Qrator.FilterNode.Clients;

/// <summary>
/// How an address becomes a client: IPv4 whole, IPv6 shortened to a prefix, IPv4-mapped IPv6 taken as IPv4. Immutable; safe for any
/// number of threads.
/// </summary>
public sealed class ClientIdentity
{
    /// <summary>Shortens IPv6 addresses to <paramref name="ipv6Prefix"/> bits (1 to 128).</summary>
    public ClientIdentity(int ipv6Prefix)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ipv6Prefix, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ipv6Prefix, 128);
        IPv6Prefix = ipv6Prefix;
    }

    /// <summary>The bits of an IPv6 address that make a client.</summary>
    public int IPv6Prefix { get; }

    /// <summary>The client that the address belongs to. Allocates nothing.</summary>
    public ClientKey Of(IPAddress address) => Of(ClientKey.FromAddress(address));

    /// <summary>The client that the address, given as a whole key, belongs to.</summary>
    public ClientKey Of(ClientKey address) => address.IsIPv4 ? address : address.Prefix(IPv6Prefix);

    /// <summary>The addresses that the client has.</summary>
    public NetworkPrefix PrefixOf(in ClientKey client) => NetworkPrefix.Of(client, client.IsIPv4 ? 128 : IPv6Prefix);

    /// <summary>Whether all addresses of a subnet belong to one client, so that it stands for that client.</summary>
    public bool IsClient(NetworkPrefix prefix) => IsClient(prefix.Address, prefix.KeyBits);

    /// <summary>The same of a subnet given by its first address and the bits that count, of 128.</summary>
    public bool IsClient(in ClientKey address, int keyBits) => keyBits >= (address.IsIPv4 ? 128 : IPv6Prefix);

    /// <summary><c>192.0.2.1</c>, or <c>2001:db8:0:1::/64</c>.</summary>
    public string Format(ClientKey client) =>
        client.IsIPv4 || IPv6Prefix == 128 ? client.ToString() : $"{client}/{IPv6Prefix}";
}
