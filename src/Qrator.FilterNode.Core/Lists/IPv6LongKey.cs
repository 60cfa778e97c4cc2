using System.Diagnostics;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>An IPv6 client of more than 64 bits, where the configuration makes clients of longer prefixes than usual.</summary>
internal readonly record struct IPv6LongKey(ClientKey Address) : IListKey<IPv6LongKey>
{
    public ulong High => Address.High;

    public ulong Low => Address.Low;

    public int SubnetBits => 0;

    public static int CellBytes => sizeof(uint);

    public static bool IsCell => false;

    // Between the bits that pick the shard and, but for a few, those that pick the group.
    public ulong CellOf(ulong hash) => hash >> 25;

    public static IPv6LongKey OfCell(ulong cell) => throw new UnreachableException();

    public static IPv6LongKey Of(in ClientKey address, int bits) => new(address);
}
