using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>Clients that are all different and lie nowhere near each other: three of four IPv4, one an IPv6 prefix.</summary>
internal static class ListClients
{
    public static ClientKey Of(uint index) =>
        index % 4 == 3 ? new(0x2001_0000_0000_0000UL | (index * 0x9E37_79B9_7F4AUL & 0xFFFF_FFFF_FFFFUL), 0) : IPv4(index);

    /// <summary>A bijection, so that no two indexes give the same client.</summary>
    public static ClientKey IPv4(uint index) => ClientKey.FromIPv4((index * 2_654_435_761) ^ 0x5BD1_E995);

    /// <summary>A blacklist with the first so many of them: IPv4 alone, or mixed and with a thousand subnets of 24 lengths.</summary>
    public static ClientList Fill(int entries, bool mixed)
    {
        var now = TimeSpan.FromDays(3).Ticks;
        var list = new ClientList(ListKind.Blacklist, entries);
        var cause = list.CauseOf(ListSource.Header, "rule");
        for (var i = 0u; i < entries; i++)
        {
            list.Add(mixed ? Of(i) : IPv4(i), cause, now, TimeSpan.FromHours(8), out _);
        }

        for (var i = 0u; mixed && i < 1_000; i++)
        {
            var subnet = i % 2 == 0
                ? NetworkPrefix.Of(new(0x3000_0000_0000_0000UL | ((ulong)i << 32), 0), 40 + ((int)i / 2 % 8))
                : NetworkPrefix.Of(IPv4(0xC000_0000 + (i * 7_919)), 112 + ((int)i / 2 % 16));
            list.Append(subnet, now, null, out _);
        }

        return list;
    }
}
