using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Geo;

public sealed class MmdbTreeTests
{
    [Fact]
    public void Record_of_24_bits_is_read() => RecordsAreRead(24);

    [Fact]
    public void Record_of_28_bits_is_read() => RecordsAreRead(28);

    [Fact]
    public void Record_of_32_bits_is_read() => RecordsAreRead(32);

    [Fact]
    public void Records_that_need_their_top_four_of_28_bits_are_read()
    {
        var writer = new MmdbWriter(28);
        writer.Data.Raw(new byte[17_000_000]);
        writer.Add("192.0.2.0/25", MmdbRecords.Flat("CH")).Add("192.0.2.128/25", MmdbRecords.Flat("AT"));
        var lookup = Load(writer);
        lookup.Country("192.0.2.127").ShouldBe("CH");
        lookup.Country("192.0.2.128").ShouldBe("AT");
    }

    [Fact]
    public void Database_of_IPv4_alone_knows_no_IPv6_address()
    {
        var lookup = Load(new MmdbWriter(ipVersion: 4).Add("0.0.0.0/1", MmdbRecords.Flat("US")).Add("128.0.0.0/1", MmdbRecords.Flat("CA")));
        lookup.Country("1.2.3.4").ShouldBe("US");
        lookup.Country("::ffff:1.2.3.4").ShouldBe("US");
        lookup.Country("200.2.3.4").ShouldBe("CA");
        lookup.Country("2001:db8::1").ShouldBe("unknown");
        lookup.Country("::1.2.3.4").ShouldBe("unknown");
    }

    [Fact]
    public void Mapped_address_is_the_IPv4_address_whether_or_not_the_tree_has_an_alias()
    {
        var writer = new MmdbWriter().Add("192.0.2.0/24", MmdbRecords.Flat("ES"));
        Load(writer).Country("::ffff:192.0.2.9").ShouldBe("ES");
        writer.AliasIPv4(ClientKey.FromIPv4(0), 96);
        Load(writer).Country("::ffff:192.0.2.9").ShouldBe("ES");
    }

    [Fact]
    public void Alias_of_the_IPv4_addresses_is_followed()
    {
        var writer = new MmdbWriter().Add("192.0.2.0/24", MmdbRecords.Flat("ES"));
        writer.AliasIPv4(new(0x2002_0000_0000_0000, 0), 16);
        var lookup = Load(writer);
        lookup.Country("2002:c000:0209::1").ShouldBe("ES");
        lookup.Country("2002:c000:0309::1").ShouldBe("unknown");
    }

    [Fact]
    public void Prefix_of_IPv6_that_covers_the_IPv4_addresses_gives_them_its_country()
    {
        var lookup = Load(new MmdbWriter().Add("::/8", MmdbRecords.Flat("SE")));
        lookup.Country("1.2.3.4").ShouldBe("SE");
        lookup.Country("100::1").ShouldBe("unknown");
    }

    [Fact]
    public void Single_addresses_of_both_families_are_found()
    {
        var lookup = Load(new MmdbWriter().Add("192.0.2.7/32", MmdbRecords.Flat("NO")).Add("2001:db8::7/128", MmdbRecords.Flat("FI")));
        lookup.Country("192.0.2.7").ShouldBe("NO");
        lookup.Country("192.0.2.6").ShouldBe("unknown");
        lookup.Country("2001:db8::7").ShouldBe("FI");
        lookup.Country("2001:db8::6").ShouldBe("unknown");
    }

    [Fact]
    public void Tree_whose_nodes_are_shared_is_read_in_one_visit_each()
    {
        var writer = new MmdbWriter();
        var code = writer.Data.Write(MmdbRecords.Flat("IN"));
        for (var node = 0; node < 127; node++)
        {
            writer.Nodes[writer.AddNode() - 1] = [node + 1, node + 1];
        }

        writer.Nodes[127] = [-1, -2 - code];
        var lookup = Load(writer);
        lookup.Country("2001:db8::1").ShouldBe("IN");
        lookup.Country("2001:db8::2").ShouldBe("unknown");
        lookup.Country("192.0.2.1").ShouldBe("IN");
    }

    [Fact]
    public void What_the_file_says_about_itself_is_shown()
    {
        var lookup = Load(new MmdbWriter(28).Add("192.0.2.0/24", MmdbRecords.Flat("NO")));
        lookup.Metadata.ShouldBe(new MmdbMetadata("Test-Country", DateTimeOffset.FromUnixTimeSeconds(1_750_000_000), 120, 28, 6));
        lookup.CountryCount.ShouldBe(1);
    }

    [Fact]
    public void Lookup_allocates_nothing()
    {
        var lookup = Load(new MmdbWriter().Add("192.0.2.7/32", MmdbRecords.Flat("NO")).Add("2001:db8::7/128", MmdbRecords.Flat("FI")));
        var keys = new[] { ClientKey.FromIPv4(0xC0000207), new ClientKey(0x2001_0db8_0000_0000, 7) };
        var (sum, i) = (0, 0);

        Allocations.Of(() => sum += lookup.Find(keys[i++ & 1]).Index).ShouldBe(0);

        sum.ShouldBeGreaterThan(0);
    }

    private static void RecordsAreRead(int size)
    {
        var writer = new MmdbWriter(size)
            .Add("192.0.2.0/24", MmdbRecords.Flat("PL"))
            .Add("192.0.2.64/26", MmdbRecords.Nested("CZ"))
            .Add("2001:db8::/32", MmdbRecords.Nested("GB"));
        var lookup = Load(writer);
        lookup.Country("192.0.2.63").ShouldBe("PL");
        lookup.Country("192.0.2.64").ShouldBe("CZ");
        lookup.Country("192.0.2.127").ShouldBe("CZ");
        lookup.Country("192.0.2.128").ShouldBe("PL");
        lookup.Country("192.0.3.0").ShouldBe("unknown");
        lookup.Country("2001:db8:ffff::1").ShouldBe("GB");
        lookup.Country("2001:db9::").ShouldBe("unknown");
    }

    private static MmdbCountryLookup Load(MmdbWriter writer) => MmdbCountryLookup.Load(writer.Build());
}
