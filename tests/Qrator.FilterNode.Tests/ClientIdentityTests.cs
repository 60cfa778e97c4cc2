using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class ClientIdentityTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1, 10.0.0.1", "192.0.2.1")]
    [InlineData("203.0.113.1, 192.0.2.1, 10.0.0.1, 10.0.0.2", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1:4711", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64")]
    [InlineData("192.0.2.1, unknown", "127.0.0.1")]
    [InlineData("192.0.2.1, unknown, 10.0.0.1", "10.0.0.1")]
    [InlineData("", "127.0.0.1")]
    public async Task Behind_a_trusted_proxy_the_client_is_the_right_most_untrusted_address(string forwardedFor, string client)
    {
        (await ListedClientAsync(["127.0.0.0/8", "10.0.0.0/8"], $"X-Forwarded-For: {forwardedFor}\r\n")).ShouldBe(client);
    }

    [Fact]
    public async Task Several_headers_are_read_as_one()
    {
        (await ListedClientAsync(["127.0.0.0/8", "10.0.0.0/8"], "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 10.0.0.1\r\n"))
            .ShouldBe("192.0.2.1");
    }

    [Fact]
    public async Task A_peer_that_is_not_trusted_cannot_name_another_client()
    {
        (await ListedClientAsync([], "X-Forwarded-For: 192.0.2.1\r\n")).ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task A_chain_of_thousands_of_trusted_hops_is_read_in_bounded_time()
    {
        var chain = string.Join(", ", Enumerable.Repeat("10.0.0.1", 2000));
        (await ListedClientAsync(["127.0.0.0/8", "10.0.0.0/8"], $"X-Forwarded-For: {chain}\r\n")).ShouldBe("10.0.0.1");
    }

    private static async Task<string> ListedClientAsync(string[] trusted, string headers)
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray([.. trusted.Select(t => JsonValue.Create(t))]) };
        TestNode.Shop(settings)["HeaderFilter"] = JsonNode.Parse("""
            { "Rules": [ { "Id": "all", "Header": "Referer", "Test": "IsEmpty", "List": "Blacklist" } ] }
            """);
        await using var node = await TestNode.StartAsync(settings);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        (await client.ReadUntilAsync("hello")).ShouldStartWith("HTTP/1.1 200");
        var line = node.Log.Lines.Single(line => line.Contains("listed: ", StringComparison.Ordinal));
        return line.Split("client=")[1].Split(' ')[0];
    }
}
