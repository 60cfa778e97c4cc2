using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>An IPv6 client: a prefix of the configured length.</summary>
internal readonly record struct IPv6Key(ClientKey Address) : IListKey<IPv6Key>
{
    public ulong High => Address.High;

    public ulong Low => Address.Low;

    public int SubnetBits => 0;

    public static bool IsCell => false;

    // Between the bits that pick the shard and, but for a few, those that pick the group.
    public uint CellOf(ulong hash) => (uint)(hash >> 25);

    public static IPv6Key Of(in ClientKey address, int bits) => new(address);
}
