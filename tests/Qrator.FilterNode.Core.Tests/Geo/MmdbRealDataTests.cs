using System.Globalization;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Geo;

/// <summary>The reader against two independent ones on real country data of both families.</summary>
public sealed class MmdbRealDataTests
{
    [Fact]
    public void Two_hundred_and_forty_thousand_addresses_of_both_families_agree_with_the_npm_reader() =>
        Compare("geo-whois-asn-country.mmdb", 240_000, _ => true, ForeignReader.NpmMaxmind);

    [Fact]
    public void Forty_thousand_addresses_of_a_database_of_IPv4_alone_agree_with_the_npm_reader() =>
        Compare("geo-whois-asn-country-ipv4.mmdb", 40_000, key => key.IsIPv4, ForeignReader.NpmMaxmind);

    [Fact]
    public void Twenty_thousand_addresses_of_both_families_agree_with_mmdblookup_started_once_for_each() =>
        Compare("geo-whois-asn-country.mmdb", 20_000, _ => true, ForeignReader.Mmdblookup);

    [Fact]
    public void Codes_of_real_data_are_configurable_except_regions_and_withdrawn_ones()
    {
        var lookup = MmdbCountryLookup.Load(File.ReadAllBytes(Database("geo-whois-asn-country.mmdb")));
        var prefixes = new MmdbRawPrefixes(File.ReadAllBytes(Database("geo-whois-asn-country.mmdb")));
        var codes = prefixes.All.Select(prefix => lookup.Find(prefix.First)).Where(code => code != CountryCode.Unknown).Distinct().ToList();
        codes.Count.ShouldBe(lookup.CountryCount);
        codes.Where(code => !Iso3166.IsConfigurable(code)).Select(code => code.ToString()).ShouldBeSubsetOf(["EU", "AP", "ZZ", "AN"]);
    }

    private static void Compare(string name, int count, Func<ClientKey, bool> take, Func<string, string[], string[]> foreign)
    {
        var database = Database(name);
        var file = File.ReadAllBytes(database);
        var lookup = MmdbCountryLookup.Load(file);
        var random = new SeededRandom();
        var keys = Addresses(random, new MmdbRawPrefixes(file)).Where(take).Take(count).ToArray();
        var expected = foreign(database, [.. keys.Select(Text)]);
        expected.Length.ShouldBe(keys.Length);
        expected.Distinct().Count().ShouldBeGreaterThan(100, "the addresses must reach many countries");
        var differences = keys.Zip(expected).Where(pair => lookup.Find(pair.First).ToString() != pair.Second);
        differences.Select(pair => $"{Text(pair.First)}: {lookup.Find(pair.First)}, expected {pair.Second}").Take(10).ShouldBeEmpty(random.ToString());
    }

    /// <summary>Of each six addresses two are random ones and four lie on both sides of a prefix's two ends.</summary>
    private static IEnumerable<ClientKey> Addresses(SeededRandom random, MmdbRawPrefixes prefixes)
    {
        while (true)
        {
            yield return ClientKey.FromIPv4((uint)random.NextInt64(1L << 32));
            yield return new ClientKey(0x2000_0000_0000_0000 | (random.NextUInt64() >> 3), random.NextUInt64());
            var (first, bits) = random.Pick(prefixes.All);
            foreach (var key in MmdbPrefixTable.Boundaries(first, bits))
            {
                yield return key;
            }
        }
    }

    private static string Text(ClientKey key) => key.IsIPv4
        ? key.ToString()
        : string.Join(':', Enumerable.Range(0, 8).Select(i => Group(key, i).ToString("x", CultureInfo.InvariantCulture)));

    private static ushort Group(ClientKey key, int index) => (ushort)((index < 4 ? key.High : key.Low) >> (48 - (16 * (index % 4))));

    private static string Database(string name) => RepositoryFiles.FindInPackage("@ip-location-db", "geo-whois-asn-country-mmdb", name);
}
