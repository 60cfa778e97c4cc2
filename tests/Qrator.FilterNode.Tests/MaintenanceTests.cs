using System.Net;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class MaintenanceTests
{
    private const string Counted = "filternode_requests_total{service=\"shop\",outcome=\"maintenance\"}";

    [Fact]
    public async Task The_page_comes_with_503_and_Retry_After_and_nothing_reaches_the_origin()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin, """{ "Enabled": true, "Page": "maintenance.html", "RetryAfter": "00:10:00" }""");

        using var response = await node.Client.GetAsync(node.Address);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(10));
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        (await response.Content.ReadAsStringAsync()).ShouldBe("back soon");
        origin.Requests.ShouldBe(0);
        (await node.MetricAsync(Counted)).ShouldBe(1);
        (await node.MetricAsync("filternode_responses_total{service=\"shop\",code=\"503\"}")).ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_page_the_nodes_own_503_page_is_sent()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin, """{ "Enabled": true }""");

        using var response = await node.Client.GetAsync(node.Address);

        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromHours(1));
        var page = await response.Content.ReadAsStringAsync();
        page.ShouldContain("QRATOR");
        page.ShouldContain("503");
    }

    [Theory]
    [InlineData("https://status.example/shop?from=node")]
    [InlineData("/maintenance.html")]
    public async Task The_redirect_is_a_302_to_the_place_as_written(string place)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin, $$"""{ "Enabled": true, "RedirectTo": "{{place}}" }""");

        using var response = await node.Client.PostAsync(node.Address, new StringContent("body"));

        response.StatusCode.ShouldBe(HttpStatusCode.Found);
        response.Headers.GetValues("Location").ShouldBe([place]);
        response.Headers.CacheControl!.ToString().ShouldBe("no-store");
        origin.Requests.ShouldBe(0);
        (await node.MetricAsync(Counted)).ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_does_not_lead_in_a_circle()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin, """{ "Enabled": true, "RedirectTo": "/maintenance.html" }""");

        using var response = await node.Client.GetAsync(new Uri(node.Address, "maintenance.html"));

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task It_goes_on_and_off_while_the_node_runs()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin, """{ "Enabled": false }""");
        await using var node = await TestNode.StartAsync(settings);
        (await StatusAsync(node)).ShouldBe(HttpStatusCode.OK);

        TestNode.Shop(settings)["Maintenance"]!["Enabled"] = true;
        node.Write(settings);
        await Eventually.Holds(async () => await StatusAsync(node) == HttpStatusCode.ServiceUnavailable, "maintenance begins");

        TestNode.Shop(settings).Remove("Maintenance");
        node.Write(settings);
        await Eventually.Holds(async () => await StatusAsync(node) == HttpStatusCode.OK, "maintenance ends");
    }

    [Fact]
    public async Task Switched_on_until_a_moment_it_says_what_is_left_and_ends_by_itself()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin, """{ "Enabled": false }""");
        node.Host.Store.Services.Single().Maintenance.Until = new Time.NodeClock(node.Time).Now + TimeSpan.FromMinutes(5).Ticks;

        using (var response = await node.Client.GetAsync(node.Address))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            response.Headers.RetryAfter!.Delta!.Value.TotalMinutes.ShouldBeInRange(1, 5);
        }

        node.Time.Advance(TimeSpan.FromMinutes(6));
        (await StatusAsync(node)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task It_holds_for_whitelisted_clients_too_and_blacklisted_ones_are_still_dropped()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin, """{ "Enabled": true }""");
        TestNode.Shop(settings)["Whitelist"] = new JsonArray("127.0.0.1");
        await using var node = await TestNode.StartAsync(settings);
        (await StatusAsync(node)).ShouldBe(HttpStatusCode.ServiceUnavailable);

        TestNode.Shop(settings).Remove("Whitelist");
        TestNode.Shop(settings)["Blacklist"] = new JsonArray("127.0.0.1");
        node.Write(settings);
        await Eventually.Holds(async () => await HeaderFilterTests.SendAsync(node, "Mozilla") is null, "the client is dropped");
    }

    [Fact]
    public async Task A_gRPC_client_gets_a_gRPC_status_and_no_redirect()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin, """{ "Enabled": true, "RedirectTo": "https://status.example/" }""");

        using var response = await node.Client.SendAsync(new(HttpMethod.Post, node.Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new("application/grpc") } },
        });

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("grpc-status").ShouldBe(["14"]);
    }

    private static JsonObject Settings(TestOrigin origin, string maintenance)
    {
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["Maintenance"] = JsonNode.Parse(maintenance);
        return settings;
    }

    private static Task<TestNode> StartAsync(TestOrigin origin, string maintenance) =>
        TestNode.StartAsync(Settings(origin, maintenance), folder => File.WriteAllText(Path.Combine(folder, "maintenance.html"), "back soon"));

    private static async Task<HttpStatusCode> StatusAsync(TestNode node)
    {
        using var response = await node.Client.GetAsync(node.Address);
        return response.StatusCode;
    }
}
