using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.Quality.Traffic;

/// <summary>Addresses of the simulation. The first octet says the country.</summary>
internal static class Addresses
{
    private static readonly string[] Countries =
        ["RU", "RU", "RU", "RU", "RU", "DE", "US", "US", "BY", "KZ", "UA", "FR", "NL", "GB", "CN", "IN", "BR", "VN", "ID", "TR", "PL", "IT", "ES", "JP", "KR", "SE", "FI", "CZ", "TH", "AR", "ZA", "EG"];

    private static readonly CountryCode[] ByOctet =
        [.. Enumerable.Range(0, 256).Select(octet => CountryCode.TryPack(Countries[octet % Countries.Length], out var code) ? code : CountryCode.Unknown)];

    public static CountryCode CountryOf(in ClientKey client) => ByOctet[client.IPv4 >> 24];

    /// <summary>An address as visitors of the site have it: most from a few countries.</summary>
    public static ClientKey OfVisitor(Random random)
    {
        var octet = random.NextDouble() < 0.8 ? random.Next(5) + (32 * random.Next(1, 7)) : random.Next(1, 224);
        return ClientKey.FromIPv4(((uint)octet << 24) | (uint)random.Next(1 << 24));
    }

    /// <summary>An address anywhere.</summary>
    public static ClientKey Anywhere(Random random) => ClientKey.FromIPv4(((uint)random.Next(1, 224) << 24) | (uint)random.Next(1 << 24));
}
