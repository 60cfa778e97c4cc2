using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

/// <summary>A ClientHello may be split over several records (RFC 8446, section 5.1).</summary>
public sealed class ClientHelloTests
{
    private readonly TestAuthority _authority = new();

    [Theory]
    [InlineData(1, 1, SslProtocols.Tls13)]
    [InlineData(3, 16_384, SslProtocols.Tls13)]
    [InlineData(4, 7, SslProtocols.Tls12)]
    [InlineData(50, 16_384, SslProtocols.Tls12)]
    [InlineData(100, 16_384, SslProtocols.Tls13)]
    public async Task In_several_records_it_is_read_right(int recordBytes, int packetBytes, SslProtocols protocol)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        await using var stream = await ConnectAsync(node, recordBytes, packetBytes);

        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "shop.example",
            EnabledSslProtocols = protocol,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        });
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n"u8.ToArray());

        stream.RemoteCertificate!.Subject.ShouldBe("CN=shop.example");
        stream.NegotiatedApplicationProtocol.ShouldBe(SslApplicationProtocol.Http11);
        (await new StreamReader(stream, Encoding.ASCII).ReadToEndAsync()).ShouldContain("\r\nhello\r\n");
    }

    [Fact]
    public async Task In_several_records_a_name_of_no_service_is_refused_like_in_one()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        await using var stream = await ConnectAsync(node, recordBytes: 20, packetBytes: 16_384);

        var failure = await Should.ThrowAsync<AuthenticationException>(stream.AuthenticateAsClientAsync("other.example"));

        failure.ToString().ShouldContain("unrecognized name");
        await node.ShouldComeToAsync("filternode_connections_dropped_total{listener=\"127.0.0.1:0\",reason=\"unknown_sni\"}", 1);
    }

    [Fact]
    public async Task One_that_has_no_end_is_refused_without_a_line_of_the_log()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        var lines = node.Log.Lines.Count;
        using var client = await RawClient.ConnectAsync(node.Address);

        // 16 MB are announced, and every byte has a record of its own.
        byte[] head = [22, 3, 1, 0, 4, 1, 255, 255, 255];
        await client.SendAllAsync((byte[])[.. head, .. Enumerable.Range(0, 4_000).SelectMany(_ => (byte[])[22, 3, 1, 0, 1, 0])]);

        await client.ReadToEndAsync();
        await node.ShouldComeToAsync("filternode_connections_dropped_total{listener=\"127.0.0.1:0\",reason=\"unknown_sni\"}", 1);
        await node.ShouldComeToAsync("filternode_connections{listener=\"127.0.0.1:0\"}", 0);
        node.Log.Lines.Count.ShouldBe(lines);
    }

    private static async Task<SslStream> ConnectAsync(TestNode node, int recordBytes, int packetBytes)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, node.Address.Port);
        return new(new SplitHelloStream(new NetworkStream(socket, ownsSocket: true), packetBytes, recordBytes));
    }

    private Task<TestNode> StartAsync(string origin) => TestNode.StartAsync(
        (System.Text.Json.Nodes.JsonNode)TlsNode.Settings(origin),
        folder => TlsNode.Write(folder, "shop", _authority.Issue("shop.example", "*.shop.example"), _authority));
}
