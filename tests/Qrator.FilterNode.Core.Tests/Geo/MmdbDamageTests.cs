namespace Qrator.FilterNode.Geo;

public sealed class MmdbDamageTests
{
    [Fact]
    public void Empty_file_is_refused() => Refusal([]).ShouldBe("offset 0: no MMDB metadata in the last 0 bytes; the file is no MMDB, or its end is missing");

    [Fact]
    public void File_whose_end_is_missing_is_refused() => Refusal(Good().Build()[..500]).ShouldContain("its end is missing");

    [Fact]
    public void Metadata_further_than_128_KiB_from_the_end_is_not_found() =>
        Refusal([.. Good().Build(), .. new byte[128 * 1024]]).ShouldContain("no MMDB metadata in the last 131072 bytes");

    [Fact]
    public void Last_marker_counts()
    {
        var record = new (object, object)[] { ("note", (byte[])[0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8]), ("country_code", "RU") };
        MmdbRecords.CountryOf(record).ShouldBe("RU");
    }

    [Theory]
    [InlineData("binary_format_major_version", (ushort)3, "binary_format_major_version is 3; only 2 can be read")]
    [InlineData("record_size", (ushort)20, "record_size is 20; it must be 24, 28 or 32")]
    [InlineData("ip_version", (ushort)5, "ip_version is 5; it must be 4 or 6")]
    [InlineData("node_count", 0u, "node_count is 0; it must be 1 to 2147483646")]
    [InlineData("node_count", uint.MaxValue, "node_count is 4294967295; it must be 1 to 2147483646")]
    [InlineData("node_count", 100_000u, "100000 nodes of two 24 bit records need 600016 bytes")]
    [InlineData("node_count", 119u, "between tree and data are not zero")]
    [InlineData("record_size", (ushort)28, "bytes")]
    [InlineData("build_epoch", ulong.MaxValue, "build_epoch is 18446744073709551615")]
    [InlineData("node_count", "many", "the metadata has no node_count, or it is no unsigned number")]
    [InlineData("database_type", 7u, "the metadata has no database_type, or it is no text")]
    public void Metadata_that_does_not_fit_is_refused(string key, object value, string message)
    {
        var writer = Good();
        writer.Metadata[key] = value;
        Refusal(writer.Build()).ShouldContain(message);
    }

    [Theory]
    [InlineData("binary_format_major_version")]
    [InlineData("record_size")]
    [InlineData("ip_version")]
    [InlineData("build_epoch")]
    [InlineData("database_type")]
    public void Metadata_without_a_required_entry_is_refused(string key)
    {
        var writer = Good();
        writer.Metadata.Remove(key);
        Refusal(writer.Build()).ShouldContain($"the metadata has no {key}");
    }

    [Fact]
    public void Node_that_leads_back_to_itself_is_refused()
    {
        var writer = Good();
        writer.Nodes[50][1] = 20;
        Refusal(writer.Build()).ShouldBe("offset 120: node 20 leads back to itself");
    }

    [Fact]
    public void Path_longer_than_an_address_is_refused()
    {
        var writer = new MmdbWriter(ipVersion: 4).Add("192.0.2.1/32", MmdbRecords.Flat("RU"));
        writer.Nodes[31][0] = writer.AddNode();
        Refusal(writer.Build()).ShouldBe("offset 192: node 32 lies on a path of over 32 bits, the length of an address");
    }

    [Fact]
    public void Path_made_too_long_by_a_shared_node_is_refused()
    {
        var writer = new MmdbWriter(ipVersion: 4).Add("192.0.2.1/32", MmdbRecords.Flat("RU")).Add("0.0.0.0/8", MmdbRecords.Flat("RU"));
        // The 31 levels under node 1 are allowed there, but not below the eighth bit of the other side.
        var other = writer.Nodes[0][0];
        writer.Nodes[0][0] = writer.Nodes[0][1];
        writer.Nodes[0][1] = other;
        writer.Nodes[^1][1] = 1;
        Refusal(writer.Build()).ShouldContain("node 1 lies on a path of over 32 bits");
    }

    [Fact]
    public void Record_into_the_separator_is_refused()
    {
        var writer = Good();
        var file = writer.Build();
        file[(7 * 6) + 5] = (byte)(writer.Nodes.Count + 5);
        Refusal(file).ShouldContain("node 7 points to byte -11 of the data section");
    }

    [Fact]
    public void Record_behind_the_data_is_refused() => Refusal(Record(Good(), 7, 1_000)).ShouldContain("points to byte 1000 of the data section");

    [Theory]
    [InlineData(nameof(MmdbType.CacheContainer))]
    [InlineData(nameof(MmdbType.EndMarker))]
    [InlineData("16")]
    [InlineData("200")]
    public void Field_of_a_type_that_no_record_may_hold_is_refused(string type) =>
        DataRefusal(data => data.Control(Enum.Parse<MmdbType>(type), 0)).ShouldContain($"a field of type {(int)Enum.Parse<MmdbType>(type)}, which no record may hold");

    [Theory]
    [InlineData(nameof(MmdbType.Text), 16_000_000)]
    [InlineData(nameof(MmdbType.Bytes), 200)]
    [InlineData(nameof(MmdbType.Map), 16_000_000)]
    [InlineData(nameof(MmdbType.Array), 70_000)]
    [InlineData(nameof(MmdbType.UInt128), 16)]
    public void Field_longer_than_the_section_is_refused(string type, int size) =>
        DataRefusal(data => data.Control(Enum.Parse<MmdbType>(type), size)).ShouldContain($"with size {size}, but the section ends after");

    [Theory]
    [InlineData(nameof(MmdbType.UInt16), 3)]
    [InlineData(nameof(MmdbType.UInt32), 5)]
    [InlineData(nameof(MmdbType.Int32), 5)]
    [InlineData(nameof(MmdbType.UInt64), 9)]
    [InlineData(nameof(MmdbType.UInt128), 17)]
    [InlineData(nameof(MmdbType.Double), 4)]
    [InlineData(nameof(MmdbType.Float), 8)]
    [InlineData(nameof(MmdbType.Boolean), 2)]
    public void Field_of_a_size_that_its_type_does_not_have_is_refused(string type, int size) =>
        DataRefusal(data => data.Control(Enum.Parse<MmdbType>(type), size)).ShouldContain($"a field of type {type} with size {size}");

    [Fact]
    public void Key_that_is_not_text_is_refused() =>
        DataRefusal(data => data.Write(new (object, object)[] { (7u, "x") })).ShouldContain("the key of a map is of type UInt32; it must be text");

    [Fact]
    public void Pointer_out_of_the_section_is_refused() =>
        DataRefusal(data => data.Write(new MmdbPointer(5_000))).ShouldContain("a pointer to 5000 leaves its section");

    [Fact]
    public void Pointer_to_a_pointer_is_refused() =>
        DataRefusal(data => data.Write(new object[] { new MmdbPointer(data.Length + 4), new MmdbPointer(0) })).ShouldContain("points to another pointer");

    [Fact]
    public void Pointers_in_a_circle_are_refused() =>
        DataRefusal(data => data.Write(new (object, object)[] { ("a", new MmdbPointer(data.Length)), ("b", new MmdbPointer(data.Length)) }))
            .ShouldContain("values nest, or point in a circle, over 64 levels deep");

    [Fact]
    public void Nesting_of_a_million_levels_is_refused() =>
        DataRefusal(data => data.Raw([.. Enumerable.Repeat<byte[]>([0x01, 0x04], 1_000_000).SelectMany(bytes => bytes)])).ShouldContain("over 64 levels deep");

    [Fact]
    public void Records_that_overlap_to_cost_more_than_the_file_is_long_are_refused()
    {
        // Each array begins inside a text that is the first item of the array before it, and all of them share the items at the end.
        const int arrays = 20_000;
        var writer = new MmdbWriter(32, 4);
        for (var i = 0; i < arrays; i++)
        {
            writer.Data.Raw(0x45);
            writer.Insert(Clients.ClientKey.FromIPv4((uint)i << 16), 112, writer.Data.Control(MmdbType.Array, 80_000 + arrays - i));
        }

        writer.Data.Raw([.. Enumerable.Repeat<byte[]>([0x01, 0x07], 100_000).SelectMany(bytes => bytes)]);
        Refusal(writer.Build()).ShouldContain("values overlap so much that reading them takes over 16 steps a byte");
    }

    [Fact]
    public void Database_without_any_country_is_refused()
    {
        var writer = new MmdbWriter().Add("192.0.2.0/24", new (object, object)[] { ("asn", 64_512u) });
        writer.Metadata["database_type"] = "Test-ASN";
        Refusal(writer.Build()).ShouldContain("no record names a country; the database is of type 'Test-ASN'");
    }

    private static MmdbWriter Good() => new MmdbWriter().Add("192.0.2.0/24", MmdbRecords.Flat("RU"));

    private static byte[] Record(MmdbWriter writer, int node, int dataOffset)
    {
        writer.Nodes[node][1] = -2 - dataOffset;
        return writer.Build();
    }

    private static string DataRefusal(Func<MmdbDataWriter, int> write)
    {
        var writer = Good();
        return Refusal(Record(writer, 7, write(writer.Data)));
    }

    private static string Refusal(byte[] file) => Should.Throw<MmdbFormatException>(() => MmdbCountryLookup.Load(file)).Message;
}
