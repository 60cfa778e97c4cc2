using System.Net;
using System.Text.Json;
using Qrator.FilterNode.ErrorPages;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class ErrorPagesTests
{
    private const string Nobody = "127.0.0.1:1";

    [Fact]
    public async Task The_page_is_self_contained_under_4_KB_and_shows_code_request_id_and_time()
    {
        await using var node = await TestNode.StartAsync(Nobody);

        using var response = await node.Client.GetAsync(node.Address);
        var page = await response.Content.ReadAsStringAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        page.Length.ShouldBeLessThan(4096);
        page.ShouldContain("QRATOR");
        page.ShouldContain("502");
        page.ShouldMatch("<dd>[0-9a-f]{32}</dd>");
        page.ShouldMatch("<dd>[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC</dd>");
        foreach (var outside in (string[])["src=", "href=", "url(", "127.0.0.1"])
        {
            page.ShouldNotContain(outside);
        }
    }

    [Fact]
    public void Every_page_is_under_4_KB()
    {
        foreach (var status in ErrorText.Statuses)
        {
            ErrorPage.Length(QratorPage.Of(status)).ShouldBeLessThan(4096);
        }
    }

    [Fact]
    public async Task HEAD_gets_the_headers_only()
    {
        await using var node = await TestNode.StartAsync(Nobody);
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        var (text, _) = await client.ReadToEndAsync();
        text.ShouldStartWith("HTTP/1.1 502 Bad Gateway\r\n");
        text.ShouldContain("Content-Length: ");
        text.ShouldEndWith("\r\n\r\n");
        text.ShouldNotContain("QRATOR");
    }

    [Fact]
    public async Task A_program_that_wants_JSON_gets_problem_details()
    {
        await using var node = await TestNode.StartAsync(Nobody);
        using var request = new HttpRequestMessage(HttpMethod.Get, node.Address) { Headers = { Accept = { new("application/json") } } };

        using var response = await node.Client.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("status").GetInt32().ShouldBe(502);
        problem.RootElement.GetProperty("requestId").GetString().ShouldNotBeNull().Length.ShouldBe(32);
    }

    [Fact]
    public async Task A_gRPC_client_gets_a_gRPC_status()
    {
        await using var node = await TestNode.StartAsync(Nobody);
        using var request = new HttpRequestMessage(HttpMethod.Post, node.Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new("application/grpc") } },
        };

        using var response = await node.Client.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("grpc-status").ShouldBe(["14"]);
    }
}
