namespace Qrator.FilterNode.Filtering;

public class VisibleTextTests
{
    [Theory]
    [InlineData("curl/8.0 (x~)", "curl/8.0 (x~)")]
    [InlineData("a\r\nb", "a\\u000d\\u000ab")]
    [InlineData("\"\\", "\\u0022\\u005c")]
    [InlineData("\u00e9\u007f\u001b", "\\u00e9\\u007f\\u001b")]
    [InlineData("", "")]
    public void Everything_but_plain_letters_is_escaped(string text, string visible) => VisibleText.Of(text, 100).ShouldBe(visible);

    [Fact]
    public void What_is_over_the_length_is_cut()
    {
        VisibleText.Of("abc", 3).ShouldBe("abc");
        VisibleText.Of("abcd", 3).ShouldBe("abc...");
    }
}
