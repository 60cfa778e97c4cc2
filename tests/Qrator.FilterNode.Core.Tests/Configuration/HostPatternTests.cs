namespace Qrator.FilterNode.Configuration;

public class HostPatternTests
{
    private static readonly string Label63 = new('a', 63);

    [Theory]
    [InlineData("shop.example", "shop.example")]
    [InlineData("SHOP.Example", "shop.example")]
    [InlineData("shop.example.", "shop.example")]
    [InlineData("localhost", "localhost")]
    [InlineData("a_b-c.example", "a_b-c.example")]
    [InlineData("*.shop.example", "*.shop.example")]
    [InlineData("*.SHOP.example.", "*.shop.example")]
    [InlineData("*", "*")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("[2001:DB8::1]", "2001:db8::1")]
    [InlineData("2001:db8:0::1", "2001:db8::1")]
    [InlineData("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai")]
    [InlineData("XN--E1AFMKFD.xn--p1ai", "xn--e1afmkfd.xn--p1ai")]
    public void A_host_name_is_taken_and_normalised(string text, string expected)
    {
        HostPattern.TryParse(text, out var pattern, out var problem).ShouldBeTrue(problem);
        pattern.Text.ShouldBe(expected);
        pattern.ToString().ShouldBe(expected);
        pattern.IsAny.ShouldBe(expected == "*");
        pattern.IsWildcard.ShouldBe(expected.StartsWith("*.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("пример.рф", "xn--e1afmkfd.xn--p1ai")]
    [InlineData("Пример.РФ", "xn--e1afmkfd.xn--p1ai")]
    [InlineData("*.ПРИМЕР.рф", "*.xn--e1afmkfd.xn--p1ai")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    public void An_international_name_is_the_one_that_browsers_send_in_whatever_case_it_is_written(string text, string expected)
    {
        HostPattern.TryParse(text, out var pattern, out var problem).ShouldBeTrue(problem);
        pattern.Text.ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("*.")]
    [InlineData("**")]
    [InlineData("*shop.example")]
    [InlineData("shop.*")]
    [InlineData("a.*.example")]
    [InlineData("*.*.example")]
    [InlineData("shop.example:80")]
    [InlineData("[2001:db8::1]:80")]
    [InlineData("http://shop.example")]
    [InlineData("shop.example/path")]
    [InlineData("shop..example")]
    [InlineData("shop.example..")]
    [InlineData(".shop.example")]
    [InlineData("shop example")]
    [InlineData("shop.example ")]
    [InlineData("*.192.0.2.1")]
    [InlineData("*.[2001:db8::1]")]
    [InlineData("[192.0.2.1]")]
    [InlineData("]192.0.2.1[")]
    [InlineData("[2001:db8::1")]
    [InlineData("fe80::1%1")]
    public void What_is_no_host_name_is_refused_with_examples_of_what_is(string text)
    {
        HostPattern.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldBe($"\"{text}\" is not a host name; such as shop.example, *.shop.example or * (without scheme, port and path)");
    }

    [Fact]
    public void A_label_has_63_characters_at_most()
    {
        HostPattern.TryParse(Label63 + ".example", out _, out _).ShouldBeTrue();
        HostPattern.TryParse(Label63 + "a.example", out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_name_has_253_characters_at_most()
    {
        var longest = string.Join('.', Label63, Label63, Label63, Label63[..61]);
        longest.Length.ShouldBe(253);
        HostPattern.TryParse(longest, out _, out _).ShouldBeTrue();
        HostPattern.TryParse(longest + "a", out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void The_suffix_of_a_wildcard_begins_with_its_dot()
    {
        HostPattern.TryParse("*.shop.example", out var pattern, out _);
        pattern.Suffix.ShouldBe(".shop.example");
    }
}
