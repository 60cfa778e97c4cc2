using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>A subnet: its first address and how many of the 128 bits count.</summary>
internal readonly record struct SubnetKey(ClientKey Address, int SubnetBits) : IListKey<SubnetKey>
{
    public ulong High => Address.High ^ ((ulong)SubnetBits << 56);

    public ulong Low => Address.Low ^ (ulong)SubnetBits;

    public static SubnetKey Of(in ClientKey address, int bits) => new(address.Prefix(bits), bits);
}
