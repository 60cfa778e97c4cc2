using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class ProxyProtocolTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private const string Version1 = "PROXY TCP4 192.0.2.1 203.0.113.7 56324 80\r\n";
    private const string Version2 = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\u00C0\0\x02\x01\u00CB\0\x71\x07\x12\x34\0\x50";
    private const string Version2Local = "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

    [Theory]
    [InlineData(Version1, "192.0.2.1")]
    [InlineData(Version2, "192.0.2.1")]
    [InlineData("PROXY TCP6 2001:db8::5 2001:db8::1 1 80\r\n", "2001:db8::5")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 80\r\n", "192.0.2.1")]
    [InlineData(Version2Local, "127.0.0.1")]
    [InlineData("PROXY UNKNOWN\r\n", "127.0.0.1")]
    public async Task The_source_in_the_header_is_the_peer_that_the_origin_hears_of(string header, string peer)
    {
        await using var origin = await TestOrigin.StartAsync(TellForwardedForAsync);
        await using var node = await TestNode.StartAsync(Settings(origin));

        (await AskAsync(node, header + Get)).ShouldContain($"[{peer}]");
        (await AskAsync(node, header + "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.1\r\n\r\n")).ShouldContain($"[198.51.100.1, {peer}]");
    }

    [Theory]
    [InlineData(Version1)]
    [InlineData(Version2)]
    public async Task A_header_that_comes_byte_by_byte_is_read_too(string header)
    {
        await using var origin = await TestOrigin.StartAsync(TellForwardedForAsync);
        await using var node = await TestNode.StartAsync(Settings(origin));
        using var client = await RawClient.ConnectAsync(node.Address);

        foreach (var next in header + Get)
        {
            await client.SendAsync(next.ToString());
        }

        (await client.ReadUntilAsync("]")).ShouldContain("[192.0.2.1]");
    }

    [Theory]
    [InlineData(Version1)]
    [InlineData(Version2)]
    public async Task TLS_follows_the_header_as_well(string header)
    {
        var authority = new TestAuthority();
        await using var origin = await TestOrigin.StartAsync(TellForwardedForAsync);
        var settings = TlsNode.Settings(origin.Address);
        settings["FilterNode"]!["Listeners"]![0]!["ProxyProtocol"] = true;
        settings["FilterNode"]!["Listeners"]![0]!["TrustedPeers"] = new JsonArray("127.0.0.1");
        await using var node = await TestNode.StartAsync((JsonNode)settings, folder => TlsNode.Write(folder, "shop", authority.Issue("shop.example"), authority));
        using var socket = new TcpClient();
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, node.Address.Port);
        await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(header));
        await using var stream = new SslStream(socket.GetStream());

        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "shop.example", RemoteCertificateValidationCallback = static (_, _, _, _) => true });
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n"u8.ToArray());

        (await new StreamReader(stream).ReadToEndAsync()).ShouldContain("[192.0.2.1]");
    }

    [Fact]
    public async Task Http2_follows_the_header_as_well()
    {
        await using var origin = await TestOrigin.StartAsync(TellForwardedForAsync);
        await using var node = await TestNode.StartAsync(Settings(origin));
        using var client = await RawClient.ConnectAsync(node.Address);

        byte[] bytes = [.. Encoding.Latin1.GetBytes(Version2 + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), .. Http2Frames.Settings, .. Http2Frames.Get(stream: 1, authority: "x")];
        await client.SendAsync(bytes);

        (await client.ReadUntilAsync("]")).ShouldContain("[192.0.2.1]");
    }

    [Fact]
    public async Task A_peer_that_is_not_trusted_is_reset_and_counted()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin));

        (await RawClient.IsResetAsync(node.Address, "127.0.1.1")).ShouldBeTrue();

        await node.ShouldComeToAsync(Dropped("untrusted_peer"), 1);
    }

    [Theory]
    [InlineData(Get)]
    [InlineData("PROXY TCP4 192.0.2.1 203.0.113.7 56324\r\n" + Get)]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\x31\0\x0C\u00C0\0\x02\x01\u00CB\0\x71\x07\x12\x34\0\x50")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\x11\u00FF\u00FF")]
    public async Task Anything_but_a_good_header_is_reset_and_counted(string bytes)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin));
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync(bytes);

        (await client.ReadToEndAsync()).ShouldBe(("", true));
        await node.ShouldComeToAsync(Dropped("proxy_protocol"), 1);
        origin.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task A_header_that_does_not_come_to_its_end_is_not_waited_for()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin));
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync(Version1[..20]);

        (await client.ReadToEndAsync()).ShouldBe(("", true));
        await node.ShouldComeToAsync(Dropped("proxy_protocol"), 1);
    }

    [Fact]
    public async Task A_blacklisted_source_is_reset_right_after_the_header()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin);
        TestNode.Shop(settings)["EarlyDrop"] = "On";
        TestNode.Shop(settings)["Blacklist"] = new JsonArray("192.0.2.1", "127.0.0.0/8");
        await using var node = await TestNode.StartAsync(settings);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync(Version2);

        (await client.ReadToEndAsync()).ShouldBe(("", true));
        await node.ShouldComeToAsync(Dropped("blacklisted"), 1);
        (await AskAsync(node, Version1.Replace("192.0.2.1", "192.0.2.2", StringComparison.Ordinal) + Get)).ShouldContain("hello");
    }

    [Fact]
    public async Task Connections_are_limited_by_their_source_and_not_by_the_balancer()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin);
        settings["FilterNode"]!["Limits"] = new JsonObject { ["ConnectionsPerClient"] = 1 };
        await using var node = await TestNode.StartAsync(settings);
        using var first = await RawClient.ConnectAsync(node.Address);
        await first.SendAsync(Version1 + Get);
        await first.ReadUntilAsync("hello");

        using var second = await RawClient.ConnectAsync(node.Address);
        await second.SendAsync(Version2 + Get);

        (await second.ReadToEndAsync()).ShouldBe(("", true));
        await node.ShouldComeToAsync(Dropped("client_limit"), 1);
        (await AskAsync(node, Version1.Replace("192.0.2.1", "192.0.2.2", StringComparison.Ordinal) + Get)).ShouldContain("hello");
    }

    [Fact]
    public async Task A_source_that_is_a_trusted_proxy_is_believed_about_its_clients()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin);
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("192.0.2.1") };
        TestNode.Shop(settings)["Blacklist"] = new JsonArray("198.51.100.1");
        await using var node = await TestNode.StartAsync(settings);

        (await AskAsync(node, Version1 + "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.1\r\n\r\n")).ShouldBe("");
        (await AskAsync(node, Version1 + "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.2\r\n\r\n")).ShouldContain("hello");
    }

    private static JsonObject Settings(TestOrigin origin)
    {
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Listeners"]![0]!["ProxyProtocol"] = true;
        settings["FilterNode"]!["Listeners"]![0]!["TrustedPeers"] = new JsonArray("127.0.0.0/24");
        return settings;
    }

    private static string Dropped(string reason) => $"filternode_connections_dropped_total{{listener=\"127.0.0.1:0\",reason=\"{reason}\"}}";

    private static Task TellForwardedForAsync(Microsoft.AspNetCore.Http.HttpContext context) =>
        Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, $"[{context.Request.Headers["X-Forwarded-For"]}]");

    private static async Task<string> AskAsync(TestNode node, string bytes)
    {
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(bytes[..^2] + "Connection: close\r\n\r\n");
        return (await client.ReadToEndAsync()).Text;
    }
}
