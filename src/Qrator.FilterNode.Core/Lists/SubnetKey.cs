using System.Diagnostics;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>A subnet: its first address and how many of the 128 bits count.</summary>
internal readonly record struct SubnetKey(ClientKey Address, int SubnetBits) : IListKey<SubnetKey>
{
    public ulong High => Address.High ^ ((ulong)SubnetBits << 56);

    public ulong Low => Address.Low ^ (ulong)SubnetBits;

    public static int CellBytes => sizeof(uint);

    public static bool IsCell => false;

    // Between the bits that pick the shard and, but for a few, those that pick the group.
    public ulong CellOf(ulong hash) => hash >> 25;

    public static SubnetKey OfCell(ulong cell) => throw new UnreachableException();

    public static SubnetKey Of(in ClientKey address, int bits) => new(address.Prefix(bits), bits);
}
