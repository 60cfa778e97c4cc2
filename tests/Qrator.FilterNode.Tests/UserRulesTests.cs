using System.Net;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class UserRulesTests
{
    [Fact]
    public async Task A_slow_root_without_user_agent_blacklists_the_client_from_its_second_request_on()
    {
        TestTimeProvider? time = null;
        await using var origin = await TestOrigin.StartAsync(context =>
        {
            // The origin takes 1.5 seconds of the node's clock.
            time!.Advance(TimeSpan.FromSeconds(1.5));
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "hello");
        });
        await using var node = await StartAsync(origin.Address, """
            { "Id": "slow-root-no-ua", "Action": "Blacklist", "Ttl": "01:00:00",
              "When": { "And": [ { "Property": "Path", "Operator": "=", "Value": "/" },
                                 { "Property": "UserAgent", "Operator": "notExists" },
                                 { "Property": "Duration", "Operator": ">", "Value": "00:00:01" } ] } }
            """);
        time = node.Time;

        (await AskAsync(node, "/other")).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, "/", agent: "Mozilla/5.0")).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, "/")).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, "/", agent: "Mozilla/5.0")).ShouldBeNull();
        var line = node.Log.Lines.Single(line => line.Contains("listed: ", StringComparison.Ordinal));
        line.ShouldContain("source=rule rule=slow-root-no-ua ttl=3600s");
        line.ShouldContain(" Path = \"/\"");
    }

    [Fact]
    public async Task A_rate_limit_answers_429_with_Retry_After_and_the_QRATOR_page_above_its_burst()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, """
            { "Id": "login-rate", "Action": "RateLimit", "Rate": 0.01, "Burst": 3, "Excess": "Reject", "Scope": "Matching", "Ttl": "00:05:00",
              "When": { "Property": "Path", "Operator": "startsWith", "Value": "/login" } }
            """);
        node.Time.StandStill();

        // The first request limits the client when its answer comes; the next four fill the bucket above its burst.
        for (var i = 0; i < 5; i++)
        {
            (await AskAsync(node, "/login")).ShouldBe(HttpStatusCode.OK);
        }

        using var excess = await node.Client.GetAsync(new Uri(node.Address, "/login/form"));
        excess.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        excess.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(90, 100);
        var page = await excess.Content.ReadAsStringAsync();
        page.ShouldContain("QRATOR");
        page.ShouldContain("429");
        (await AskAsync(node, "/other")).ShouldBe(HttpStatusCode.OK);
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"rate_limited\"}", 1);
        await node.ShouldComeToAsync("filternode_list_entries{service=\"shop\",list=\"limited\",source=\"rule\"}", 1);

        node.Time.Advance(excess.Headers.RetryAfter.Delta.Value);
        (await AskAsync(node, "/login")).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, "/login")).ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_rate_limit_with_scope_client_meters_every_request_and_drops_excess_when_it_says_so()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, """
            { "Id": "whole-client", "Action": "RateLimit", "Rate": 0.01, "Burst": 1, "Excess": "Drop", "Scope": "Client", "Ttl": "00:05:00",
              "When": { "Property": "Status", "Operator": "=", "Value": 200 } }
            """);

        for (var i = 0; i < 3; i++)
        {
            (await AskAsync(node, $"/{i}")).ShouldBe(HttpStatusCode.OK);
        }

        (await AskAsync(node, "/x")).ShouldBeNull();
    }

    [Fact]
    public async Task A_request_only_whitelist_rule_saves_a_blacklisted_client_at_arrival()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, """
            { "Id": "no-robots", "Action": "Blacklist", "Ttl": "00:05:00", "When": { "Property": "UserAgent", "Operator": "contains", "Value": "robot" } },
            { "Id": "partner", "Action": "Whitelist", "Ttl": "08:00:00", "When": { "Property": "Header", "Name": "X-Partner", "Operator": "matches", "Value": "^key-[0-9]+$" } }
            """);
        (await AskAsync(node, "/", agent: "robot")).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, "/", agent: "Mozilla/5.0")).ShouldBeNull();

        (await AskAsync(node, "/", agent: "robot", partner: "key-42")).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, "/", agent: "robot")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_response_that_the_node_made_itself_triggers_no_rule()
    {
        await using var node = await StartAsync("127.0.0.1:1", """
            { "Id": "any-502", "Action": "Blacklist", "Ttl": "00:05:00", "When": { "Property": "Status", "Operator": ">=", "Value": 500 } }
            """);

        (await AskAsync(node, "/")).ShouldBe(HttpStatusCode.BadGateway);
        (await AskAsync(node, "/")).ShouldBe(HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task A_shadow_rule_counts_and_does_nothing()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, """
            { "Id": "tried-out", "Action": "Blacklist", "Ttl": "00:05:00", "Shadow": true, "When": { "Property": "Status", "Operator": "=", "Value": 200 } }
            """);

        (await AskAsync(node, "/")).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, "/")).ShouldBe(HttpStatusCode.OK);
        await node.ShouldComeToAsync("filternode_rule_hits_total{service=\"shop\",filter=\"rule\",rule=\"tried-out\",mode=\"shadow\"}", 2);
    }

    [Fact]
    public async Task A_whitelist_rule_in_shadow_mode_is_counted_once_a_request()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, """
            { "Id": "tried-out", "Action": "Whitelist", "Ttl": "00:05:00", "Shadow": true, "When": { "Property": "Path", "Operator": "=", "Value": "/" } }
            """);

        (await AskAsync(node, "/")).ShouldBe(HttpStatusCode.OK);

        await node.ShouldComeToAsync("filternode_rule_hits_total{service=\"shop\",filter=\"rule\",rule=\"tried-out\",mode=\"shadow\"}", 1);
    }

    [Fact]
    public async Task Every_request_property_reads_what_was_received()
    {
        await using var origin = await TestOrigin.StartAsync();
        string[] leaves =
        [
            """{ "Property": "Method", "Operator": "=", "Value": "get" }""",
            """{ "Property": "Path", "Operator": "=", "Value": "/b c" }""",
            """{ "Property": "Query", "Operator": "=", "Value": "q=%41" }""",
            """{ "Property": "RequestUri", "Operator": "=", "Value": "http://Shop.Example:81/a/../b%20c?q=%41" }""",
            """{ "Property": "Host", "Operator": "=", "Value": "SHOP.example" }""",
            """{ "Property": "Cookie", "Name": "b", "Operator": "=", "Value": "2" }""",
            """{ "Property": "ContentLength", "Operator": "notExists" }""",
            """{ "Property": "Referer", "Operator": "notExists" }""",
            """{ "Property": "Header", "Name": "X-Two", "Operator": "=", "Value": "1, 2" }""",
            """{ "Property": "ResponseHeader", "Name": "Content-Type", "Operator": "notExists" }""",
        ];
        await using var node = await StartAsync(origin.Address, string.Join(',', leaves.Select((leaf, i) =>
            $$"""{ "Id": "leaf-{{i}}", "Action": "Blacklist", "Shadow": true, "Ttl": "00:05:00", "When": {{leaf}} }""")));
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("GET /a/../b%20c?q=%41 HTTP/1.1\r\nHost: Shop.Example:81\r\nCookie: a=1; b=2\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n");
        (await client.ReadUntilAsync("hello")).ShouldStartWith("HTTP/1.1 200");

        for (var i = 0; i < leaves.Length; i++)
        {
            (await node.MetricAsync($"filternode_rule_hits_total{{service=\"shop\",filter=\"rule\",rule=\"leaf-{i}\",mode=\"shadow\"}}")).ShouldBe(1, leaves[i]);
        }
    }

    private static async Task<HttpStatusCode?> AskAsync(TestNode node, string path, string? agent = null, string? partner = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, path));
        foreach (var (name, value) in (IEnumerable<(string, string?)>)[("User-Agent", agent), ("X-Partner", partner)])
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        try
        {
            using var response = await node.Client.SendAsync(request);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static Task<TestNode> StartAsync(string origin, string rules)
    {
        var settings = TestNode.Settings(origin);
        TestNode.Shop(settings)["UserRules"] = JsonNode.Parse($$"""{ "Rules": [ {{rules}} ] }""");
        return TestNode.StartAsync(settings);
    }
}
