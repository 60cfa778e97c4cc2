namespace Qrator.FilterNode.Geo;

public sealed class MmdbShapeTests
{
    [Fact]
    public void Country_iso_code_is_the_country() => MmdbRecords.CountryOf(MmdbRecords.Nested("FR")).ShouldBe("FR");

    [Fact]
    public void Registered_country_is_taken_when_there_is_no_country() =>
        MmdbRecords.CountryOf(Map(("registered_country", Map(("iso_code", "NL"))))).ShouldBe("NL");

    [Fact]
    public void Registered_country_is_taken_when_the_country_has_no_code() =>
        MmdbRecords.CountryOf(Map(("country", Map(("geoname_id", 1u))), ("registered_country", Map(("iso_code", "NL"))))).ShouldBe("NL");

    [Fact]
    public void Flat_country_code_is_the_country() => MmdbRecords.CountryOf(MmdbRecords.Flat("RU")).ShouldBe("RU");

    [Fact]
    public void Country_as_plain_text_is_the_country() => MmdbRecords.CountryOf(Map(("asn", 64_512u), ("country", "KZ"))).ShouldBe("KZ");

    [Fact]
    public void Lower_case_letters_are_the_same_country() => MmdbRecords.CountryOf(MmdbRecords.Flat("ru")).ShouldBe("RU");

    [Theory]
    [InlineData("--")]
    [InlineData("O1")]
    [InlineData("")]
    [InlineData("USA")]
    [InlineData("é")]
    public void Text_that_is_not_two_letters_is_unknown(string code) => MmdbRecords.CountryOf(MmdbRecords.Flat(code)).ShouldBe("unknown");

    [Fact]
    public void Record_without_a_country_is_unknown() =>
        MmdbRecords.CountryOf(Map(("continent", Map(("code", "EU"))))).ShouldBe("unknown");

    [Fact]
    public void Code_that_is_not_text_is_unknown() => MmdbRecords.CountryOf(Map(("country_code", 643u))).ShouldBe("unknown");

    [Fact]
    public void Record_that_is_no_map_is_unknown() => MmdbRecords.CountryOf("RU").ShouldBe("unknown");

    [Fact]
    public void All_data_types_are_read_over()
    {
        var record = Map(
            ("text", new string('x', 300)),
            ("double", 1.5),
            ("bytes", new byte[70_000]),
            ("uint16", (ushort)7),
            ("uint32", 7u),
            ("int32", -7),
            ("uint64", ulong.MaxValue),
            ("uint128", UInt128.MaxValue),
            ("zero", 0u),
            ("array", new object[] { 1u, "two", Map(("three", 3.0)) }),
            ("many", Enumerable.Repeat((object)true, 400).ToArray()),
            ("empty", Map()),
            ("boolean", false),
            ("float", 1.5f),
            ("country_code", "SE"));
        MmdbRecords.CountryOf(record).ShouldBe("SE");
    }

    private static (object, object)[] Map(params (object, object)[] entries) => entries;
}
