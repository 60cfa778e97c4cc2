namespace Qrator.FilterNode.Geo;

public sealed class Iso3166Tests
{
    [Fact]
    public void There_are_249_different_codes_in_order()
    {
        var codes = Iso3166.Codes.Select(code => code.ToString()).ToList();
        codes.Count.ShouldBe(249);
        codes.ShouldBe(codes.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("RU", true)]
    [InlineData("us", true)]
    [InlineData("GB", true)]
    [InlineData("SS", true)]
    [InlineData("UK", false)]
    [InlineData("SU", false)]
    [InlineData("AN", false)]
    [InlineData("EU", false)]
    [InlineData("AP", false)]
    [InlineData("XK", false)]
    [InlineData("ZZ", false)]
    public void Code_is_assigned_or_not(string text, bool assigned) => Iso3166.IsAssigned(Code(text)).ShouldBe(assigned);

    [Theory]
    [InlineData("RU", true)]
    [InlineData("XK", true)]
    [InlineData("EU", false)]
    [InlineData("AP", false)]
    [InlineData("UK", false)]
    public void Configuration_may_name_assigned_codes_and_Kosovo(string text, bool configurable) =>
        Iso3166.IsConfigurable(Code(text)).ShouldBe(configurable);

    [Fact]
    public void Unknown_is_no_code()
    {
        Iso3166.IsAssigned(CountryCode.Unknown).ShouldBeFalse();
        Iso3166.IsConfigurable(CountryCode.Unknown).ShouldBeFalse();
    }

    private static CountryCode Code(string text)
    {
        CountryCode.TryPack(text, out var code).ShouldBeTrue();
        return code;
    }
}
