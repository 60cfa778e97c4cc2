namespace Qrator.FilterNode.Configuration.Binding;

public class AddressTextTests
{
    [Theory]
    [InlineData("192.0.2.1:80", "192.0.2.1:80")]
    [InlineData("0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("192.0.2.1:65535", "192.0.2.1:65535")]
    [InlineData("[::]:8080", "[::]:8080")]
    [InlineData("[2001:DB8::1]:443", "[2001:db8::1]:443")]
    public void Address_and_port_are_read(string text, string expected)
    {
        AddressText.TryParseEndPoint(text, out var endPoint).ShouldBeTrue();
        endPoint.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":80")]
    [InlineData("80")]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.1:")]
    [InlineData("192.0.2.1:65536")]
    [InlineData("192.0.2.1:-1")]
    [InlineData("192.0.2.1:+80")]
    [InlineData("192.0.2.1: 80")]
    [InlineData("192.0.2.1:http")]
    [InlineData("192.0.2.1:80/")]
    [InlineData("192.0.2:80")]
    [InlineData("192.0.2.010:80")]
    [InlineData("1:80")]
    [InlineData("*:80")]
    [InlineData("localhost:80")]
    [InlineData("::1:80")]
    [InlineData("[::1]")]
    [InlineData("[::1]80")]
    [InlineData("[192.0.2.1]:80")]
    [InlineData("[fe80::1%1]:80")]
    [InlineData("[[::1]]:80")]
    [InlineData("[]:80")]
    [InlineData("[::1/64]:80")]
    public void What_is_no_address_and_port_is_refused(string text) => AddressText.TryParseEndPoint(text, out _).ShouldBeFalse();
}
