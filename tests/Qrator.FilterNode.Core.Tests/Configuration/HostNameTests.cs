namespace Qrator.FilterNode.Configuration;

public class HostNameTests
{
    [Theory]
    [InlineData("shop.example", "shop.example")]
    [InlineData("shop.example:8080", "shop.example")]
    [InlineData("shop.example.", "shop.example")]
    [InlineData("shop.example.:8080", "shop.example")]
    [InlineData("shop.example:", "shop.example")]
    [InlineData("192.0.2.1:80", "192.0.2.1")]
    [InlineData("[2001:db8::1]:8080", "2001:db8::1")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("[2001:db8::1", "[2001:db8::1")]
    [InlineData("[]", "")]
    [InlineData("[", "[")]
    [InlineData("", "")]
    [InlineData(":80", "")]
    [InlineData(".", "")]
    [InlineData(".:80", "")]
    [InlineData("shop.example..", "shop.example.")]
    public void Port_brackets_and_one_trailing_dot_are_taken_off(string header, string expected) =>
        HostName.Of(header).ToString().ShouldBe(expected);

    [Fact]
    public void It_allocates_nothing() => Allocations.Of(() => HostName.Of("shop.example.:8080").Length).ShouldBe(0);
}
