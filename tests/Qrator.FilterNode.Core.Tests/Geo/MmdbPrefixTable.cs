using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Geo;

/// <summary>The obvious way to look an address up: among all prefixes that hold it, the longest. Prefixes of IPv4 have 96 to 128 bits.</summary>
internal sealed class MmdbPrefixTable
{
    private readonly List<(ClientKey Prefix, int Bits, string Country)> _prefixes = [];

    public void Add(ClientKey prefix, int bits, string country) => _prefixes.Add((prefix, bits, country));

    public string Find(ClientKey address)
    {
        var holding = _prefixes.Where(entry => entry.Prefix.IsIPv4 == address.IsIPv4 && address.Prefix(entry.Bits) == entry.Prefix);
        return holding.OrderBy(entry => entry.Bits).LastOrDefault((default, 0, "unknown")).Country;
    }

    /// <summary>The first and last address of each prefix and the neighbours outside.</summary>
    public IEnumerable<ClientKey> Boundaries() => _prefixes.SelectMany(entry => Boundaries(entry.Prefix, entry.Bits));

    public static IEnumerable<ClientKey> Boundaries(ClientKey prefix, int bits)
    {
        var first = new UInt128(prefix.High, prefix.Low);
        var last = first | (bits == 0 ? UInt128.MaxValue : (UInt128.One << (128 - bits)) - 1);
        return new[] { first - 1, first, last, last + 1 }.Select(value => new ClientKey((ulong)(value >> 64), (ulong)value));
    }
}
