using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Geo;

public sealed class MmdbRandomTreeTests
{
    private static readonly string[] Countries = ["RU", "US", "DE", "FR", "CN", "BR", "JP", "XK"];

    [Theory]
    [InlineData(24, 6)]
    [InlineData(28, 6)]
    [InlineData(32, 6)]
    [InlineData(24, 4)]
    public void Longest_prefix_wins_in_random_trees(int recordSize, int ipVersion)
    {
        var random = new SeededRandom();
        for (var tree = 0; tree < 30; tree++)
        {
            var (file, table) = Build(random, recordSize, ipVersion);
            var lookup = MmdbCountryLookup.Load(file);
            foreach (var address in table.Boundaries().Concat(Enumerable.Range(0, 200).Select(_ => Address(random))))
            {
                var expected = ipVersion == 6 || address.IsIPv4 ? table.Find(address) : "unknown";
                lookup.Find(address).ToString().ShouldBe(expected, $"{address}, {random}, tree {tree}");
            }
        }
    }

    private static (byte[] File, MmdbPrefixTable Table) Build(SeededRandom random, int recordSize, int ipVersion)
    {
        var writer = new MmdbWriter(recordSize, ipVersion);
        var table = new MmdbPrefixTable();
        writer.Data.Raw(new byte[random.Pick([0, 100, 3_000, 600_000])]);
        var offsets = Countries.Select(code => writer.Data.Write(random.NextBool() ? MmdbRecords.Flat(code) : MmdbRecords.Nested(code))).ToArray();
        var prefixes = Enumerable.Range(0, random.Next(1, 60)).Select(_ => Prefix(random, ipVersion)).Distinct().OrderBy(prefix => prefix.Bits).ToList();
        foreach (var (key, bits) in prefixes)
        {
            var country = random.Next(Countries.Length);
            writer.Insert(key, bits, offsets[country]);
            table.Add(key, bits, Countries[country]);
        }

        return (writer.Build(), table);
    }

    private static (ClientKey Key, int Bits) Prefix(SeededRandom random, int ipVersion)
    {
        if (ipVersion == 4 || random.NextBool())
        {
            // Few different bits at the front make the prefixes nest.
            var bits = random.Next(97, 129);
            return (ClientKey.FromIPv4((uint)random.Next(4) << 30 | ((uint)random.Next() & 0x0F0F_0F0F)).Prefix(bits), bits);
        }

        var length = random.Next(3, 129);
        return (IPv6(random).Prefix(length), length);
    }

    private static ClientKey Address(SeededRandom random) =>
        random.NextBool() ? ClientKey.FromIPv4((uint)random.NextInt64(1L << 32)) : IPv6(random);

    // 2000::/3, which cannot be mistaken for the IPv4 part of the tree.
    private static ClientKey IPv6(SeededRandom random) => new(0x2000_0000_0000_0000 | (random.NextUInt64() & 0x0F0F_0000_00FF_0000), random.NextUInt64());
}
