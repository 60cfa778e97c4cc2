using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class DropTests
{
    private const string Http2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    [Fact]
    public async Task A_blacklisted_client_gets_a_reset_and_not_one_byte_on_http1()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartBlacklistingAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");

        var (text, reset) = await client.ReadToEndAsync();
        text.ShouldBe("");
        reset.ShouldBeTrue();
        origin.Requests.ShouldBe(0);
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"blacklisted\"}", 1);
    }

    [Fact]
    public async Task A_drop_on_http2_ends_the_whole_connection_without_a_byte_of_response()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartBlacklistingAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Http2Preface);
        await client.SendAsync(Http2Frames.Settings);
        await client.SendAsync(Http2Frames.Get(stream: 1, authority: "shop.example"));

        var (text, reset) = await client.ReadToEndAsync();
        reset.ShouldBeTrue();
        Http2Frames.Types(text).ShouldNotContain(Http2Frames.HeadersType);
        Http2Frames.Types(text).ShouldNotContain(Http2Frames.DataType);
        origin.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task A_host_of_no_service_is_dropped_and_counted_as_unknown_host()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["Hosts"] = new System.Text.Json.Nodes.JsonArray("shop.example");
        await using var node = await TestNode.StartAsync(settings);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n");

        var (text, reset) = await client.ReadToEndAsync();
        text.ShouldBe("");
        reset.ShouldBeTrue();
        await node.ShouldComeToAsync("filternode_requests_total{service=\"-\",outcome=\"unknown_host\"}", 1);
    }

    [Fact]
    public async Task A_drop_in_the_middle_of_an_upload_is_a_reset_too()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartBlacklistingAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 1000000\r\n\r\nbeginning");

        var (text, reset) = await client.ReadToEndAsync();
        text.ShouldBe("");
        reset.ShouldBeTrue();
    }

    private static Task<TestNode> StartBlacklistingAsync(string origin)
    {
        var settings = TestNode.Settings(origin);
        TestNode.Shop(settings)["Blacklist"] = new System.Text.Json.Nodes.JsonArray("127.0.0.0/8");
        return TestNode.StartAsync(settings);
    }
}
