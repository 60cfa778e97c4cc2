using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Lists;

/// <summary>What one table of a list is keyed by: IPv4 clients, IPv6 clients (usual and long ones) and subnets each have their own, no larger than it must be.</summary>
internal interface IListKey<TSelf> : IEquatable<TSelf>
    where TSelf : unmanaged, IListKey<TSelf>
{
    /// <summary>The first 64 of the bits that are hashed.</summary>
    ulong High { get; }

    /// <summary>The last 64 of the bits that are hashed.</summary>
    ulong Low { get; }

    /// <summary>The client, or the first address of the subnet.</summary>
    ClientKey Address { get; }

    /// <summary>For a subnet the bits that count, of 128; 0 for a client.</summary>
    int SubnetBits { get; }

    /// <summary>What a table keeps of the key where it looks first: 4 or 8 bytes.</summary>
    static abstract int CellBytes { get; }

    /// <summary>Whether the cell is the whole key, so that no two keys share it.</summary>
    static abstract bool IsCell { get; }

    /// <summary>What a table keeps of the key where it looks first, of the key or of its hash; of four bytes the lower half counts.</summary>
    ulong CellOf(ulong hash);

    /// <summary>The key whose cell this is. Only where <see cref="IsCell"/>.</summary>
    static abstract TSelf OfCell(ulong cell);

    /// <summary>The key of a client, or of a subnet with so many bits of 128.</summary>
    static abstract TSelf Of(in ClientKey address, int bits);
}
