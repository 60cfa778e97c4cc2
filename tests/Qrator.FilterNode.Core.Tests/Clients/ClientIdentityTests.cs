using System.Net;

namespace Qrator.FilterNode.Clients;

public class ClientIdentityTests
{
    [Theory]
    [InlineData(64, "2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64")]
    [InlineData(48, "2001:db8:0:1:2:3:4:5", "2001:db8::/48")]
    [InlineData(56, "2001:db8:0:1ff:2:3:4:5", "2001:db8:0:100::/56")]
    [InlineData(128, "2001:db8::5", "2001:db8::5")]
    [InlineData(64, "192.0.2.1", "192.0.2.1")]
    [InlineData(32, "192.0.2.1", "192.0.2.1")]
    [InlineData(64, "::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData(1, "ffff::", "8000::/1")]
    public void An_address_becomes_the_client_that_operators_read(int ipv6Prefix, string address, string expected)
    {
        var identity = new ClientIdentity(ipv6Prefix);
        var client = identity.Of(IPAddress.Parse(address));
        identity.Format(client).ShouldBe(expected);
        identity.Of(ClientKey.FromAddress(IPAddress.Parse(address))).ShouldBe(client);
    }

    [Fact]
    public void Addresses_of_one_prefix_are_one_client_and_those_of_another_are_not()
    {
        var identity = new ClientIdentity(64);
        identity.Of(IPAddress.Parse("2001:db8::1")).ShouldBe(identity.Of(IPAddress.Parse("2001:db8::ffff:ffff:ffff:ffff")));
        identity.Of(IPAddress.Parse("2001:db8::1")).ShouldNotBe(identity.Of(IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(96)]
    public void IPv4_clients_stay_apart_however_short_the_IPv6_prefix_is(int ipv6Prefix)
    {
        var identity = new ClientIdentity(ipv6Prefix);
        identity.Of(IPAddress.Parse("192.0.2.1")).ShouldNotBe(identity.Of(IPAddress.Parse("192.0.2.2")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public void A_prefix_length_that_does_not_exist_is_refused(int ipv6Prefix) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new ClientIdentity(ipv6Prefix));

    [Fact]
    public void Finding_the_client_allocates_nothing()
    {
        var identity = new ClientIdentity(64);
        var address = IPAddress.Parse("2001:db8::1");
        Allocations.Of(() => identity.Of(address)).ShouldBe(0);
    }
}
