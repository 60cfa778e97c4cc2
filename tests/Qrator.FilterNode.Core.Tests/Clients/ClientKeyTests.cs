using System.Net;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Qrator.FilterNode.Clients;

public class ClientKeyTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Theory]
    [InlineData("1.2.3.4", "::ffff:1.2.3.4")]
    [InlineData("0.0.0.0", "::ffff:0.0.0.0")]
    [InlineData("255.255.255.255", "::ffff:ffff:ffff")]
    public void An_IPv4_address_and_its_mapped_form_are_one_client(string plain, string mapped)
    {
        var key = Key(plain);
        key.ShouldBe(Key(mapped));
        key.GetHashCode().ShouldBe(Key(mapped).GetHashCode());
        (key == Key(mapped)).ShouldBeTrue();
        (key != Key(mapped)).ShouldBeFalse();
        key.IsIPv4.ShouldBeTrue();
        key.ToString().ShouldBe(plain);
    }

    [Theory]
    [InlineData("::1.2.3.4")]
    [InlineData("::fffe:1.2.3.4")]
    [InlineData("::1:ffff:1.2.3.4")]
    [InlineData("64:ff9b::1.2.3.4")]
    [InlineData("::")]
    public void Other_IPv6_forms_that_hold_an_IPv4_address_are_not_that_client(string text)
    {
        Key(text).IsIPv4.ShouldBeFalse();
        Key(text).ShouldNotBe(Key("1.2.3.4"));
    }

    [Fact]
    public void An_IPv4_key_is_made_from_host_order()
    {
        ClientKey.FromIPv4(0xC0000201).ToString().ShouldBe("192.0.2.1");
        Key("192.0.2.1").IPv4.ShouldBe(0xC0000201);
    }

    [Fact]
    public void A_scope_id_does_not_make_another_client() =>
        Key("fe80::1%7").ShouldBe(Key("fe80::1"));

    [Fact]
    public void Every_address_comes_back_from_its_key() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var address = new IPAddress(Sixteen(bytes));
            var expected = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return ClientKey.FromAddress(address).ToAddress().Equals(expected);
        }).Check(Thorough);

    [Fact]
    public void Keys_are_equal_when_their_addresses_are() =>
        Prop.ForAll<byte[], int>((bytes, bit) =>
        {
            var address = Sixteen(bytes);
            var key = ClientKey.FromAddress(new(address));
            var other = (byte[])address.Clone();
            var flipped = (int)((uint)bit % 128);
            other[flipped / 8] ^= (byte)(0x80 >> (flipped % 8));
            return key.Equals((object)ClientKey.FromAddress(new(address)))
                && key != ClientKey.FromAddress(new(other))
                && !key.Equals("a text");
        }).Check(Thorough);

    [Fact]
    public void A_prefix_keeps_the_first_bits_and_clears_the_rest_at_every_length() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var address = Sixteen(bytes);
            var key = ClientKey.FromAddress(new(address));
            var number = new BigInteger(address, isUnsigned: true, isBigEndian: true);
            for (var bits = 0; bits <= 128; bits++)
            {
                var expected = (number >> (128 - bits)) << (128 - bits);
                NumberOf(key.Prefix(bits)).ShouldBe(expected, $"/{bits} of {key}");
            }
        }).Check(Thorough);

    [Theory]
    [InlineData(-1, "::")]
    [InlineData(129, "2001:db8::1")]
    public void A_length_out_of_range_is_taken_as_the_nearest(int bits, string expected) =>
        Key("2001:db8::1").Prefix(bits).ShouldBe(Key(expected));

    [Fact]
    public void Making_comparing_and_shortening_a_key_allocates_nothing()
    {
        var ipv4 = IPAddress.Parse("192.0.2.1");
        var ipv6 = IPAddress.Parse("2001:db8::1");
        Allocations.Of(() => ClientKey.FromAddress(ipv4) == ClientKey.FromAddress(ipv6).Prefix(64)).ShouldBe(0);
    }

    private static ClientKey Key(string text) => ClientKey.FromAddress(IPAddress.Parse(text));

    private static BigInteger NumberOf(ClientKey key) => ((BigInteger)key.High << 64) | key.Low;

    // Short and empty inputs become the interesting addresses: IPv4-mapped ones and those that are mostly zero.
    private static byte[] Sixteen(byte[] bytes)
    {
        var address = new byte[16];
        if (bytes.Length <= 4)
        {
            address[10] = address[11] = 0xFF;
        }

        for (var i = 0; i < bytes.Length && i < 16; i++)
        {
            address[15 - i] = bytes[i];
        }

        return address;
    }
}
