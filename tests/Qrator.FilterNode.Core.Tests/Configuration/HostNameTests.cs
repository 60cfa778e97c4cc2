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

    [Theory]
    [InlineData("shop.example", "shop.example")]
    [InlineData("SHOP.example", "SHOP.example")]
    [InlineData("пример.рф", "xn--e1afmkfd.xn--p1ai")]
    [InlineData("*.shop.example", "*.shop.example")]
    [InlineData("", "")]
    [InlineData("é..example", "é..example")]
    public void A_server_name_is_compared_in_its_ascii_form(string serverName, string expected) => HostName.OfServerName(serverName).ShouldBe(expected);

    [Fact]
    public void It_allocates_nothing() => Allocations.Of(() => HostName.Of("shop.example.:8080").Length).ShouldBe(0);
}
