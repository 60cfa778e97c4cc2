using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>An IPv4 client in four bytes.</summary>
internal readonly record struct IPv4Key(uint Value) : IListKey<IPv4Key>
{
    public ulong High => 0;

    public ulong Low => Value;

    public ClientKey Address => ClientKey.FromIPv4(Value);

    public int SubnetBits => 0;

    public static int CellBytes => sizeof(uint);

    public static bool IsCell => true;

    public ulong CellOf(ulong hash) => Value;

    public static IPv4Key OfCell(ulong cell) => new((uint)cell);

    public static IPv4Key Of(in ClientKey address, int bits) => new(address.IPv4);
}
