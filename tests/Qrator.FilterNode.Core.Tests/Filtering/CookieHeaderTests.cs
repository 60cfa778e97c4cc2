namespace Qrator.FilterNode.Filtering;

public class CookieHeaderTests
{
    [Theory]
    [InlineData("a=1; b=2", "b", "2")]
    [InlineData("a=1;b=2", "b", "2")]
    [InlineData("a=1; a=2", "a", "1")]
    [InlineData("  a = 1 ;\tb\t=\t2\t", "b", "2")]
    [InlineData("a=\"1\"", "a", "\"1\"")]
    [InlineData("a=", "a", "")]
    [InlineData("a=;b=1", "a", "")]
    [InlineData("a=b=c", "a", "b=c")]
    [InlineData("sid2=x; xsid=y; sid=z", "sid", "z")]
    [InlineData("x=sid; y=sid=; sid=1", "sid", "1")]
    [InlineData("aa=1; aaa=2; a=3", "a", "3")]
    [InlineData("a b=1", "a b", "1")]
    [InlineData("\u00e9=\u00ff", "\u00e9", "\u00ff")]
    public void A_cookie_is_found(string header, string name, string expected)
    {
        CookieHeader.TryGet(header, name, out var value).ShouldBeTrue();
        value.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("a", "a")]
    [InlineData("a; b=1", "a")]
    [InlineData("A=1", "a")]
    [InlineData("b=a", "a")]
    [InlineData("b=a=1", "a")]
    [InlineData("ab=1", "a")]
    [InlineData("ba=1", "a")]
    [InlineData("b a=1", "a")]
    [InlineData("a b=1", "a")]
    [InlineData("=1", "")]
    [InlineData("a=b=1", "a=b")]
    [InlineData("b;a=1", "b;a")]
    [InlineData("; a=1", " a")]
    public void A_cookie_that_is_not_there_is_not_found(string header, string name)
    {
        CookieHeader.TryGet(header, name, out var value).ShouldBeFalse();
        value.Length.ShouldBe(0);
    }

    [Fact]
    public void The_reader_agrees_with_splitting_the_header()
    {
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var header = Letters(random, random.Next(24));
            var name = Letters(random, random.Next(4));
            var expected = header.Split(';').Select(pair => pair.Split('=', 2)).FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim(' ', '\t') == name)?[1].Trim(' ', '\t');
            var found = CookieHeader.TryGet(header, name, out var value);
            (found ? value.ToString() : null).ShouldBe(name.Length == 0 ? null : expected, $"seed {seed}");
        }
    }

    [Fact]
    public void One_of_a_thousand_cookies_is_found_without_allocating()
    {
        var header = string.Join("; ", Enumerable.Range(0, 1_000).Select(i => $"cookie{i}=value{i}"));

        Allocations.OfOne(() => CookieHeader.TryGet(header, "cookie999", out _)).ShouldBe(0);

        CookieHeader.TryGet(header, "cookie999", out var value).ShouldBeTrue();
        value.ToString().ShouldBe("value999");
    }

    private static string Letters(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => "ab==;; \t"[random.Next(8)]));
}
