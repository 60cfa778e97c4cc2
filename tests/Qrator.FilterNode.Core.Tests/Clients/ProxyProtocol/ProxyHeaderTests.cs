using System.Net;
using static Qrator.FilterNode.Clients.ProxyProtocol.ProxyHeaderBytes;

namespace Qrator.FilterNode.Clients.ProxyProtocol;

public class ProxyHeaderTests
{
    private static readonly byte[] NextBytes = "GET / HTTP/1.1\r\n"u8.ToArray();

    private static readonly (byte[] Header, string? Source)[] Good =
    [
        (Text("PROXY TCP4 192.0.2.1 203.0.113.7 56324 443\r\n"), "192.0.2.1"),
        (Text("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"), "255.255.255.255"),
        (Text("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n"), "0.0.0.0"),
        (Text("PROXY TCP6 2001:db8::1 ::1 1 2\r\n"), "2001:db8::1"),
        (Text("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n"), "192.0.2.1"),
        (Text("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        (Text("PROXY UNKNOWN\r\n"), null),
        (Text("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"), null),
        (Binary(Proxy, Tcp4, Addresses("192.0.2.1", "203.0.113.7")), "192.0.2.1"),
        (Binary(Proxy, Tcp6, Addresses("2001:db8::1", "::1")), "2001:db8::1"),
        (Binary(Proxy, Tcp6, Addresses("::ffff:192.0.2.1", "::1")), "192.0.2.1"),
        (Binary(Proxy, Tcp4, [.. Addresses("192.0.2.1", "203.0.113.7"), .. Field(0x04), .. Field(0xEA, 1, 2, 3)]), "192.0.2.1"),
        (WithChecksum(Binary(Proxy, Tcp4, [.. Addresses("192.0.2.1", "203.0.113.7"), .. Field(0x01, 0x68, 0x32), .. Field(0x03, 0, 0, 0, 0)])), "192.0.2.1"),
        (Binary(Proxy, Tcp4, [.. Addresses("192.0.2.1", "203.0.113.7"), .. Field(0x04, new byte[4096 - 16 - 12 - 3])]), "192.0.2.1"),
        (Binary(Local, 0), null),
        (Binary(Local, Tcp4, Addresses("192.0.2.1", "203.0.113.7")), null),
        (Binary(Local, 0, Field(0x04, 1, 2)), null),
        (Binary(Proxy, 0), null),
        (Binary(Proxy, 0, 1, 2, 3), null),
    ];

    private static readonly byte[][] Bad =
    [
        Text("GET / HTTP/1.1\r\n"),
        Text("proxy TCP4 192.0.2.1 203.0.113.7 56324 443\r\n"),
        Text("PROXY  TCP4 192.0.2.1 203.0.113.7 56324 443\r\n"),
        Text("PROXY TCP4 192.0.2.1 203.0.113.7 56324 443\n"),
        Text("PROXY TCP4 192.0.2.1 203.0.113.7 56324 443\r\r\n"),
        Text("PROXY TCP4 192.0.2.1 203.0.113.7 56324 443 \r\n"),
        Text("PROXY TCP4 192.0.2.1 203.0.113.7 56324\r\n"),
        Text("PROXY TCP4 192.0.2.1 203.0.113.7 56324 443 7\r\n"),
        Text("PROXY TCP4 192.0.2.1 203.0.113.7 65536 443\r\n"),
        Text("PROXY TCP4 192.0.2.1 203.0.113.7 -1 443\r\n"),
        Text("PROXY TCP4 192.0.2.1 203.0.113.7 01 443\r\n"),
        Text("PROXY TCP4 192.0.2.1 203.0.113.7 +1 443\r\n"),
        Text("PROXY TCP4 192.0.2.1 203.0.113.7  443\r\n"),
        Text("PROXY TCP4 192.0.2.256 203.0.113.7 1 443\r\n"),
        Text("PROXY TCP4 192.0.2.01 203.0.113.7 1 443\r\n"),
        Text("PROXY TCP4 3221225985 203.0.113.7 1 443\r\n"),
        Text("PROXY TCP4 2001:db8::1 ::1 1 443\r\n"),
        Text("PROXY TCP6 192.0.2.1 203.0.113.7 1 443\r\n"),
        Text("PROXY TCP6 fe80::1%eth0 ::1 1 443\r\n"),
        Text("PROXY TCP6 [::1] ::1 1 443\r\n"),
        Text("PROXY UDP4 192.0.2.1 203.0.113.7 1 443\r\n"),
        Text("PROXY UNKNOWNS\r\n"),
        Text("PROXY TCP4 192.0.2.\u00b9 203.0.113.7 1 443\r\n"),
        Text("PROXY UNKNOWN " + new string('x', 92) + "\r\n"),
        Text("PROXY UNKNOWN " + new string('x', 5000)),
        Binary(0x11, Tcp4, Addresses("192.0.2.1", "203.0.113.7")),
        Binary(0x22, Tcp4, Addresses("192.0.2.1", "203.0.113.7")),
        Binary(Proxy, 0x12, Addresses("192.0.2.1", "203.0.113.7")),
        Binary(Proxy, 0x31, new byte[216]),
        Binary(Proxy, 0x41, new byte[216]),
        Binary(Proxy, Tcp4, Addresses("192.0.2.1", "203.0.113.7")[..11]),
        Binary(Proxy, Tcp6, Addresses("192.0.2.1", "203.0.113.7")),
        Binary(Proxy, Tcp4, [.. Addresses("192.0.2.1", "203.0.113.7"), 0x04]),
        Binary(Proxy, Tcp4, [.. Addresses("192.0.2.1", "203.0.113.7"), 0x04, 0, 1]),
        Binary(Proxy, Tcp4, [.. Addresses("192.0.2.1", "203.0.113.7"), .. Field(0x03, 1, 2, 3, 4)]),
        Binary(Proxy, Tcp4, [.. Addresses("192.0.2.1", "203.0.113.7"), .. Field(0x03, 1, 2)]),
        Binary(Proxy, Tcp4, [.. Addresses("192.0.2.1", "203.0.113.7"), .. Field(0x04, new byte[4096 - 16 - 12 - 2])]),
        Text("\r\n\r\n\0\r\nQUIX\n\x21\x11\0\0"),
    ];

    public static TheoryData<int> GoodOnes => [.. Enumerable.Range(0, Good.Length)];

    public static TheoryData<int> BadOnes => [.. Enumerable.Range(0, Bad.Length)];

    [Theory]
    [MemberData(nameof(GoodOnes))]
    public void A_good_header_names_its_source_and_ends_where_the_next_bytes_begin(int number)
    {
        var (header, source) = Good[number];
        var expected = source is null
            ? new ProxyHeader(ProxyHeaderKind.Sender, header.Length, default)
            : new(ProxyHeaderKind.Source, header.Length, ClientKey.FromAddress(IPAddress.Parse(source)));
        ProxyHeader.Read(header).ShouldBe(expected);
        ProxyHeader.Read([.. header, .. NextBytes]).ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(GoodOnes))]
    public void Every_beginning_of_a_good_header_needs_more(int number)
    {
        var header = Good[number].Header;
        for (var length = 0; length < header.Length; length++)
        {
            ProxyHeader.Read(header.AsSpan(0, length)).Kind.ShouldBe(ProxyHeaderKind.Incomplete, $"{length} of {header.Length} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(BadOnes))]
    public void Everything_else_is_malformed(int number) => ProxyHeader.Read(Bad[number]).ShouldBe(new(ProxyHeaderKind.Malformed, 0, default));

    [Fact]
    public void What_can_no_longer_become_a_header_is_malformed_at_once()
    {
        ProxyHeader.Read("G"u8).Kind.ShouldBe(ProxyHeaderKind.Malformed);
        ProxyHeader.Read("PROXX"u8).Kind.ShouldBe(ProxyHeaderKind.Malformed);
        ProxyHeader.Read("\r\n\r\n\r"u8).Kind.ShouldBe(ProxyHeaderKind.Malformed);
        ProxyHeader.Read(Binary(0x2F, 0).AsSpan(0, 13)).Kind.ShouldBe(ProxyHeaderKind.Malformed);
    }

    [Fact]
    public void Changed_bytes_never_throw_and_never_name_a_length_that_is_not_there()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 50_000; round++)
        {
            byte[] bytes = [.. random.Pick(Good).Header, .. NextBytes];
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                bytes[random.Next(Math.Min(bytes.Length, 64))] = (byte)random.Next(256);
            }

            var received = bytes.AsSpan(0, random.Next(bytes.Length + 1));
            var header = ProxyHeader.Read(received);
            header.Length.ShouldBeInRange(0, Math.Min(received.Length, ProxyHeader.Longest), random.ToString());
            (header.Length > 0).ShouldBe(header.Kind is ProxyHeaderKind.Sender or ProxyHeaderKind.Source, random.ToString());
        }
    }

    [Fact]
    public void Bytes_that_come_one_by_one_are_read_as_bytes_that_come_at_once()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 2_000; round++)
        {
            byte[] bytes = [.. random.Pick(Good).Header.Take(300)];
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            var length = 0;
            while (length < bytes.Length && ProxyHeader.Read(bytes.AsSpan(0, length)).Kind == ProxyHeaderKind.Incomplete)
            {
                length++;
            }

            ProxyHeader.Read(bytes.AsSpan(0, length)).ShouldBe(ProxyHeader.Read(bytes), random.ToString());
        }
    }

    [Fact]
    public void A_header_of_version_2_allocates_nothing()
    {
        var header = Good[12].Header;
        Allocations.Of(() => ProxyHeader.Read(header)).ShouldBe(0);
    }
}
