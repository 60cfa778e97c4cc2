using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class BadRequestTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n")]
    [InlineData("GET http://a.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\nHost: a\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")]
    public async Task What_is_not_http_as_accepted_gets_400_once_and_no_line_of_the_log(string request)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync(request);

        (await client.ReadToEndAsync()).Text.ShouldMatch("^HTTP/1.1 (400 Bad Request|505 HTTP Version Not Supported)\r\n");
        origin.Requests.ShouldBe(0);
        node.Log.Lines.ShouldBeEmpty();
        await Eventually.Holds(async () => await BadRequestsAsync(node) == 1, "the bad request is counted");
    }

    [Fact]
    public async Task A_request_of_http_1_0_without_host_goes_to_the_service_for_every_host()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("GET / HTTP/1.0\r\n\r\n");

        (await client.ReadToEndAsync()).Text.ShouldStartWith("HTTP/1.1 200 OK\r\n");
    }

    private static async Task<double> BadRequestsAsync(TestNode node) =>
        await node.MetricAsync("filternode_requests_total{service=\"-\",outcome=\"bad_request\"}")
        + await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"bad_request\"}");
}
