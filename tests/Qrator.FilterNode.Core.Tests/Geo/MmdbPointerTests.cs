namespace Qrator.FilterNode.Geo;

public sealed class MmdbPointerTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 2_000)]
    [InlineData(2, 2_048)]
    [InlineData(2, 500_000)]
    [InlineData(3, 526_336)]
    [InlineData(3, 17_500_000)]
    [InlineData(4, 0)]
    [InlineData(4, 17_500_000)]
    public void Pointer_of_each_size_is_followed(int bytes, int target)
    {
        var writer = new MmdbWriter(32);
        writer.Data.Raw(new byte[target]);
        var country = writer.Data.Write(new (object, object)[] { ("iso_code", "JP") });
        writer.Add("192.0.2.0/24", new (object, object)[] { ("country", new MmdbPointer(country, bytes)), ("traits", new MmdbPointer(country)) });
        Load(writer).Country("192.0.2.1").ShouldBe("JP");
    }

    [Fact]
    public void Keys_and_codes_may_be_pointers()
    {
        var writer = new MmdbWriter();
        var iso = writer.Data.Write("iso_code");
        var country = writer.Data.Write("country");
        var code = writer.Data.Write("BR");
        writer.Add("192.0.2.0/24", new (object, object)[]
        {
            (new MmdbPointer(country), new (object, object)[] { (new MmdbPointer(iso), new MmdbPointer(code)) }),
            ("city", "Recife"),
        });
        Load(writer).Country("192.0.2.1").ShouldBe("BR");
    }

    [Fact]
    public void Record_may_itself_be_a_pointer()
    {
        var writer = new MmdbWriter();
        var record = writer.Data.Write(MmdbRecords.Flat("IT"));
        writer.Add("192.0.2.0/24", new MmdbPointer(record));
        Load(writer).Country("192.0.2.1").ShouldBe("IT");
    }

    [Fact]
    public void Values_shared_by_many_pointers_cost_one_reading_each()
    {
        var writer = new MmdbWriter();
        var shared = writer.Data.Write("end");
        for (var level = 0; level < (MmdbDecoder.MaxDepth / 2) - 1; level++)
        {
            shared = writer.Data.Write(new (object, object)[] { ("a", new MmdbPointer(shared)), ("b", new MmdbPointer(shared)) });
        }

        writer.Add("192.0.2.0/24", new (object, object)[] { ("deep", new MmdbPointer(shared)), ("country_code", "PT") });
        Load(writer).Country("192.0.2.1").ShouldBe("PT");
    }

    private static MmdbCountryLookup Load(MmdbWriter writer) => MmdbCountryLookup.Load(writer.Build());
}
