using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>Subnets of every length that there is, /8 to /31 and /16 to /127, many of them within each other, and addresses in them and at their edges.</summary>
internal static class RandomSubnets
{
    public static NetworkPrefix Next(Random random, IReadOnlyList<NetworkPrefix> others)
    {
        while (true)
        {
            var address = others.Count > 0 && random.Next(3) == 0 ? In(others[random.Next(others.Count)], random) : Address(random);
            var subnet = NetworkPrefix.Of(address, address.IsIPv4 ? random.Next(104, 128) : random.Next(16, 128));
            if (IsSubnet(subnet))
            {
                return subnet;
            }
        }
    }

    /// <summary>Half IPv4, half IPv6 of the range that is in use.</summary>
    public static ClientKey Address(Random random) => random.Next(2) == 0
        ? ClientKey.FromIPv4((uint)random.NextInt64(1L << 32))
        : new(0x2000_0000_0000_0000 | (ulong)random.NextInt64(1L << 61), (ulong)random.NextInt64());

    /// <summary>Addresses anywhere, in the subnets, and on both sides of both of their ends.</summary>
    public static IEnumerable<ClientKey> AddressesAround(Random random, IReadOnlyList<NetworkPrefix> subnets, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var subnet = subnets.Count > 0 && i % 4 > 0 ? subnets[random.Next(subnets.Count)] : null;
            yield return subnet is null ? Address(random) : (i % 4) switch
            {
                1 => In(subnet, random),
                2 => Plus(subnet.Address, random.Next(2) - 1),
                _ => Plus(Last(subnet), random.Next(2)),
            };
        }
    }

    /// <summary>Whether it is one to the lists: IPv6 of the mapped range is IPv4, and no such thing otherwise.</summary>
    public static bool IsSubnet(NetworkPrefix prefix) => prefix.Address.IsIPv4 ? prefix.KeyBits > NetworkPrefix.MappedBits : prefix.Address.High != 0;

    private static ClientKey In(NetworkPrefix subnet, Random random)
    {
        var (first, last) = (subnet.Address, Last(subnet));
        return new(first.High | ((ulong)random.NextInt64() & (first.High ^ last.High)), first.Low | ((ulong)random.NextInt64() & (first.Low ^ last.Low)));
    }

    private static ClientKey Last(NetworkPrefix subnet)
    {
        var inside = ~((UInt128.One << (128 - subnet.KeyBits)) - 1);
        return Of(BitsOf(subnet.Address) | ~inside);
    }

    private static ClientKey Plus(ClientKey address, int by) => Of(BitsOf(address) + (UInt128)(Int128)by);

    private static UInt128 BitsOf(ClientKey address) => new(address.High, address.Low);

    private static ClientKey Of(UInt128 bits) => new((ulong)(bits >> 64), (ulong)bits);
}
