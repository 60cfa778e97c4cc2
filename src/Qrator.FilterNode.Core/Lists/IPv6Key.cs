using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>An IPv6 client in eight bytes: a prefix of which all behind the first 64 bits is zero, as with the usual /64.</summary>
internal readonly record struct IPv6Key(ulong Value) : IListKey<IPv6Key>
{
    public ulong High => Value;

    public ulong Low => 0;

    public ClientKey Address => new(Value, 0);

    public int SubnetBits => 0;

    public static int CellBytes => sizeof(ulong);

    public static bool IsCell => true;

    public ulong CellOf(ulong hash) => Value;

    public static IPv6Key OfCell(ulong cell) => new(cell);

    public static IPv6Key Of(in ClientKey address, int bits) => new(address.High);
}
