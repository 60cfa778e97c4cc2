using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Clients;

/// <summary>
/// An address or a subnet in CIDR notation (RFC 4632). Immutable. An IPv4-mapped IPv6 subnet is the IPv4 subnet.
/// </summary>
public sealed record NetworkPrefix : IConfigText<NetworkPrefix>
{
    internal const int MappedBits = 96;

    private NetworkPrefix(ClientKey address, int keyBits)
    {
        Address = address;
        KeyBits = keyBits;
    }

    /// <summary>The first address of the subnet.</summary>
    public ClientKey Address { get; }

    /// <summary>The number of bits that count, of the 128 of a <see cref="ClientKey"/>: an IPv4 /24 is 120.</summary>
    public int KeyBits { get; }

    /// <summary>The length as it is written: 0 to 32 for IPv4, 0 to 128 for IPv6.</summary>
    public int Length => Address.IsIPv4 && KeyBits >= MappedBits ? KeyBits - MappedBits : KeyBits;

    /// <summary>Whether this is one address and not a subnet.</summary>
    public bool IsSingle => KeyBits == 128;

    /// <summary>
    /// Whether the address lies in the subnet. IPv4 and IPv6 are two worlds: ::/0 holds no IPv4 address, although IPv4-mapped addresses
    /// lie in it. Allocates nothing.
    /// </summary>
    public bool Contains(in ClientKey address) => address.IsIPv4 == Address.IsIPv4 && address.Prefix(KeyBits) == Address;

    /// <summary>The subnet of so many bits (0 to 128, of the 128 of a <see cref="ClientKey"/>) that the address is in.</summary>
    public static NetworkPrefix Of(in ClientKey address, int keyBits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(keyBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keyBits, 128);
        return new(address.Prefix(keyBits), keyBits);
    }

    /// <summary>Reads <c>address</c> or <c>address/length</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out NetworkPrefix? prefix, out string problem)
    {
        prefix = null;
        problem = $"\"{text}\" is not an address or subnet; such as 198.51.100.7, 198.51.100.0/24 or 2001:db8::/32";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var bits = -1;
        if (!AddressText.TryParseAddress(slash < 0 ? text : text[..slash], out var address)
            || (slash >= 0 && !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits)))
        {
            return false;
        }

        var whole = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (bits > whole)
        {
            problem = $"\"{text}\": /{bits} is too long; at most /{whole}";
            return false;
        }

        var keyBits = (bits < 0 ? whole : bits) + 128 - whole;
        var key = ClientKey.FromAddress(address);
        if (key.Prefix(keyBits) != key)
        {
            var network = new NetworkPrefix(key.Prefix(keyBits), keyBits);
            problem = $"\"{text}\" has bits set behind its length; write {network}";
            return false;
        }

        prefix = new(key, keyBits);
        return true;
    }

    /// <summary>The address, with <c>/length</c> when it is a subnet.</summary>
    public override string ToString() => IsSingle ? Address.ToString() : $"{Address}/{Length}";

    static bool IConfigText<NetworkPrefix>.TryParse(string text, out NetworkPrefix value, out string problem)
    {
        var ok = TryParse(text, out var prefix, out problem);
        value = prefix!;
        return ok;
    }
}
