using System.Collections.Frozen;

namespace Qrator.FilterNode.Clients;

/// <summary>
/// A fixed set of subnets. A look-up costs one hash probe for each different length in the set, allocates nothing and is safe for
/// any number of threads.
/// </summary>
public sealed class PrefixSet
{
    private readonly (int Bits, FrozenSet<ClientKey> Networks)[] _byLength;

    /// <summary>Compiles the set; duplicates are fine.</summary>
    public PrefixSet(IEnumerable<NetworkPrefix> prefixes)
    {
        _byLength = [.. prefixes
            .GroupBy(prefix => prefix.KeyBits, prefix => prefix.Address)
            .OrderByDescending(group => group.Key)
            .Select(group => (group.Key, group.ToFrozenSet()))];
        Count = _byLength.Sum(length => length.Networks.Count);
    }

    /// <summary>The number of different subnets.</summary>
    public int Count { get; }

    /// <summary>Whether any subnet of the set holds the address, as <see cref="NetworkPrefix.Contains"/> means it.</summary>
    public bool Contains(in ClientKey address)
    {
        var shortest = address.IsIPv4 ? NetworkPrefix.MappedBits : 0;
        foreach (var (bits, networks) in _byLength)
        {
            if (bits < shortest)
            {
                return false;
            }

            if (networks.Contains(address.Prefix(bits)))
            {
                return true;
            }
        }

        return false;
    }
}
