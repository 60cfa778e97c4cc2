using Qrator.FilterNode.Filtering;

namespace Qrator.FilterNode.HeaderRules;

public class RuleHeaderTests
{
    [Theory]
    [InlineData("User-Agent", TextProperty.UserAgent)]
    [InlineData("user-agent", TextProperty.UserAgent)]
    [InlineData("Referer", TextProperty.Referer)]
    [InlineData("REFERER", TextProperty.Referer)]
    public void The_two_headers_are_known_in_any_case(string text, TextProperty expected)
    {
        RuleHeader.TryParse(text, out var header, out _).ShouldBeTrue();
        header.Property.ShouldBe(expected);
    }

    [Theory]
    [InlineData("Referrer")]
    [InlineData("UserAgent")]
    [InlineData("User-Agent ")]
    [InlineData("Cookie")]
    [InlineData("")]
    public void Any_other_is_refused_with_the_two(string text)
    {
        RuleHeader.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldBe($"\"{text}\" is not a header this filter looks at; User-Agent or Referer");
    }
}
