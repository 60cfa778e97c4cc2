using System.Net;

namespace Qrator.FilterNode.Clients;

public class NetworkPrefixTests
{
    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7", 32)]
    [InlineData("198.51.100.7/32", "198.51.100.7", 32)]
    [InlineData("198.51.100.0/24", "198.51.100.0/24", 24)]
    [InlineData("0.0.0.0/0", "0.0.0.0/0", 0)]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", 8)]
    [InlineData("2001:db8::/32", "2001:db8::/32", 32)]
    [InlineData("2001:DB8:0:0::1", "2001:db8::1", 128)]
    [InlineData("2001:db8::1/128", "2001:db8::1", 128)]
    [InlineData("::/0", "::/0", 0)]
    [InlineData("::ffff:1.2.3.0/120", "1.2.3.0/24", 24)]
    [InlineData("::ffff:1.2.3.4", "1.2.3.4", 32)]
    [InlineData("::ffff:0:0/96", "0.0.0.0/0", 0)]
    public void What_operators_write_is_read_and_written_back(string text, string expected, int length)
    {
        NetworkPrefix.TryParse(text, out var prefix, out var problem).ShouldBeTrue(problem);
        prefix.ToString().ShouldBe(expected);
        prefix.Length.ShouldBe(length);
        prefix.IsSingle.ShouldBe(!expected.Contains('/'));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("010.1.1.1")]
    [InlineData("1.2.3.04")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3/24")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("0x1.2.3.4")]
    [InlineData("3232235521")]
    [InlineData(" 1.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("1.2.3.4/")]
    [InlineData("1.2.3.4/ 32")]
    [InlineData("1.2.3.4/+32")]
    [InlineData("1.2.3.4/-1")]
    [InlineData("1.2.3.0/24/24")]
    [InlineData("1.2.3.0/255.255.255.0")]
    [InlineData("1.2.3.4/99999999999")]
    [InlineData("1.2.3.4:80")]
    [InlineData("/24")]
    [InlineData("fe80::1%eth0")]
    [InlineData("fe80::1%1")]
    [InlineData("fe80::%1/64")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::]/32")]
    [InlineData("[::1]:80")]
    [InlineData("2001:db8")]
    [InlineData("1::2::3")]
    [InlineData("::ffff:010.1.1.1")]
    [InlineData("::ffff:1.2.3")]
    [InlineData("shop.example")]
    [InlineData("*")]
    public void What_is_no_address_is_refused_with_examples_of_what_is(string text)
    {
        NetworkPrefix.TryParse(text, out var prefix, out var problem).ShouldBeFalse();
        prefix.ShouldBeNull();
        problem.ShouldBe($"\"{text}\" is not an address or subnet; such as 198.51.100.7, 198.51.100.0/24 or 2001:db8::/32");
    }

    [Theory]
    [InlineData("1.2.3.4/33", "\"1.2.3.4/33\": /33 is too long; at most /32")]
    [InlineData("2001:db8::/129", "\"2001:db8::/129\": /129 is too long; at most /128")]
    [InlineData("198.51.100.7/24", "\"198.51.100.7/24\" has bits set behind its length; write 198.51.100.0/24")]
    [InlineData("1.2.3.4/31", null)]
    [InlineData("1.2.3.5/31", "\"1.2.3.5/31\" has bits set behind its length; write 1.2.3.4/31")]
    [InlineData("0.0.0.1/0", "\"0.0.0.1/0\" has bits set behind its length; write 0.0.0.0/0")]
    [InlineData("2001:db8::1/64", "\"2001:db8::1/64\" has bits set behind its length; write 2001:db8::/64")]
    [InlineData("::ffff:1.2.3.4/120", "\"::ffff:1.2.3.4/120\" has bits set behind its length; write 1.2.3.0/24")]
    public void A_length_that_does_not_fit_is_refused_with_the_one_that_does(string text, string? expected)
    {
        NetworkPrefix.TryParse(text, out _, out var problem).ShouldBe(expected is null);
        if (expected is not null)
        {
            problem.ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData("198.51.100.0/24", "198.51.100.255", true)]
    [InlineData("198.51.100.0/24", "198.51.101.0", false)]
    [InlineData("198.51.100.0/24", "::ffff:198.51.100.1", true)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    [InlineData("0.0.0.0/0", "203.0.113.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::", false)]
    [InlineData("0.0.0.0/0", "::", false)]
    [InlineData("::/0", "2001:db8::", true)]
    public void A_subnet_holds_its_addresses_and_no_others(string subnet, string address, bool expected) =>
        Parse(subnet).Contains(ClientKey.FromAddress(IPAddress.Parse(address))).ShouldBe(expected);

    [Theory]
    [InlineData("::/0")]
    [InlineData("::/32")]
    [InlineData("::/80")]
    [InlineData("::fffe:0:0/95")]
    public void An_IPv6_subnet_holds_no_IPv4_client_although_mapped_addresses_lie_in_it(string subnet)
    {
        var ipv4 = ClientKey.FromAddress(IPAddress.Parse("203.0.113.1"));
        Parse(subnet).Contains(ipv4).ShouldBeFalse();
        new PrefixSet([Parse(subnet)]).Contains(ipv4).ShouldBeFalse();
    }

    [Fact]
    public void Subnets_are_equal_when_they_hold_the_same_addresses()
    {
        Parse("::ffff:1.2.3.0/120").ShouldBe(Parse("1.2.3.0/24"));
        Parse("1.2.3.0/24").ShouldNotBe(Parse("1.2.3.0/25"));
    }

    private static NetworkPrefix Parse(string text)
    {
        NetworkPrefix.TryParse(text, out var prefix, out var problem).ShouldBeTrue(problem);
        return prefix!;
    }
}
