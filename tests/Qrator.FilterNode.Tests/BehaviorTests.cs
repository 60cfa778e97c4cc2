using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class BehaviorTests
{
    private const string Entries = "filternode_list_entries{service=\"shop\",list=\"blacklist\",source=\"behavior\"}";

    [Fact]
    public async Task A_flood_is_noticed_and_its_client_listed_while_the_audience_is_served()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin, """{ "Mode": "On", "Floors": { "RequestsPerSecond": 20 } }"""));

        await Eventually.Holds(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => TryAsync(node, "198.51.100.1", "/expensive", "FloodTool/1.0")));
            foreach (var visitor in Enumerable.Range(1, 10))
            {
                (await TryAsync(node, $"203.0.113.{visitor}", $"/page-{visitor}", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0")).ShouldBe(HttpStatusCode.OK);
            }

            return await TryAsync(node, "198.51.100.1", "/", "FloodTool/1.0") is null;
        }, "the flood is dropped");

        await node.ShouldComeToAsync("filternode_list_entries{service=\"shop\",list=\"blacklist\",source=\"behavior\"}", 1);
        (await node.MetricAsync("filternode_attack_state{service=\"shop\",state=\"attack\"}")).ShouldBe(1);
        await Eventually.Holds(() => node.Log.Count("AttackBegan") == 1, "the log tells of the onset");
    }

    [Fact]
    public async Task In_shadow_mode_a_flood_is_told_and_nobody_is_listed()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin, """{ "Mode": "Shadow", "Floors": { "RequestsPerSecond": 20 } }"""));

        await Eventually.Holds(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => TryAsync(node, "198.51.100.1", "/expensive", "FloodTool/1.0")));
            await TryAsync(node, "203.0.113.1", "/", "Mozilla/5.0");
            return await node.MetricAsync("filternode_attack_state{service=\"shop\",state=\"attack\"}") == 1;
        }, "the attack is noticed");

        (await TryAsync(node, "198.51.100.1", "/", "FloodTool/1.0")).ShouldBe(HttpStatusCode.OK);
        (await node.MetricAsync("filternode_list_entries{service=\"shop\",list=\"blacklist\",source=\"behavior\"}")).ShouldBe(0);
    }

    [Fact]
    public async Task ip_status_shows_which_numbers_listed_a_client_and_the_metrics_count_it_by_kind()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin, """{ "Mode": "On", "Floors": { "RequestsPerSecond": 20 } }"""));
        await FloodUntilAsync(node, async () => await node.MetricAsync(Entries) == 1, "the client is listed");

        var status = await node.CallAsync("ip_status", """["198.51.100.1"]""");
        var service = status.GetProperty("services")[0];
        service.GetProperty("blacklist").GetProperty("rule").GetString().ShouldBe("requests");
        service.GetProperty("blacklist").GetProperty("matched").GetString()!.ShouldMatch(@"^\d+ requests within 5 s, the crowd up to \d+$");
        service.GetProperty("behavior").GetProperty("state").GetString().ShouldBe("attack");
        service.GetProperty("behavior").GetProperty("history").GetString().ShouldBe("none");
        (await node.MetricAsync(Decisions("listed"))).ShouldBe(1);
        (await node.MetricAsync("filternode_behavior_clients{service=\"shop\",history=\"any\"}")).ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task What_the_budget_keeps_off_the_list_is_counted_and_told_loudly()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin, """{ "Mode": "On", "Floors": { "RequestsPerSecond": 20 } }""");
        settings["FilterNode"]!["Behavior"] = JsonNode.Parse("""{ "Budget": { "EntriesPerMinute": 0 } }""");
        await using var node = await TestNode.StartAsync(settings);

        await FloodUntilAsync(node, async () => await node.MetricAsync(Decisions("suppressed")) > 0, "the client is spared");

        (await node.MetricAsync(Entries)).ShouldBe(0);
        await Eventually.Holds(() => node.Log.Count("BudgetSpent") == 1, "the log warns");
    }

    [Fact]
    public async Task A_limit_holds_without_detection()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin, """{ "Limits": { "RequestsPerSecond": 1 } }"""));

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => TryAsync(node, "198.51.100.1", "/", "Tool")));

        answers.ShouldContain(HttpStatusCode.TooManyRequests);
        (await TryAsync(node, "198.51.100.2", "/", "Tool")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_detection_listed_stays_over_a_reload()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin, """{ "Mode": "On", "Floors": { "RequestsPerSecond": 20 } }""");
        await using var node = await TestNode.StartAsync(settings);
        await Eventually.Holds(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => TryAsync(node, "198.51.100.1", "/expensive", "FloodTool/1.0")));
            await TryAsync(node, "203.0.113.1", "/", "Mozilla/5.0");
            return await node.MetricAsync("filternode_list_entries{service=\"shop\",list=\"blacklist\",source=\"behavior\"}") == 1;
        }, "the client is listed");

        TestNode.Shop(settings)["Blacklist"] = new JsonArray("192.0.2.99");
        node.Write(settings);
        await Eventually.Holds(async () => await node.MetricAsync("filternode_config_reloads_total{result=\"success\"}") == 1, "the reload");

        (await TryAsync(node, "198.51.100.1", "/", "FloodTool/1.0")).ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Off_ends_what_detection_listed_whether_an_operator_or_the_configuration_says_it(bool byOperator)
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin, """{ "Mode": "On", "Floors": { "RequestsPerSecond": 20 } }""");
        await using var node = await TestNode.StartAsync(settings);
        await Eventually.Holds(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => TryAsync(node, "198.51.100.1", "/expensive", "FloodTool/1.0")));
            return await node.MetricAsync(Entries) == 1;
        }, "the client is listed");

        if (byOperator)
        {
            await node.CallAsync("behavior_mode_set", """[{"mode": "Off"}]""");
        }
        else
        {
            TestNode.Shop(settings)["Behavior"]!["Mode"] = "Off";
            node.Write(settings);
        }

        await Eventually.Holds(async () => await node.MetricAsync(Entries) == 0, "the entry ended");
        (await TryAsync(node, "198.51.100.1", "/", "FloodTool/1.0")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ip_status_shows_the_bytes_that_a_client_has_got_within_the_last_seconds()
    {
        await using var origin = await TestOrigin.StartAsync(context => context.Response.WriteAsync(new string('a', 10_000)));
        await using var node = await TestNode.StartAsync(Settings(origin, """{ "Mode": "On" }"""));

        await Eventually.Holds(
            async () =>
            {
                await TryAsync(node, "198.51.100.1", "/", "Mozilla/5.0");
                var status = await node.CallAsync("ip_status", """["198.51.100.1"]""");
                var behavior = status.GetProperty("services")[0].GetProperty("behavior");
                return behavior.TryGetProperty("bytes", out var bytes) && bytes.GetInt64() >= 10_000;
            },
            "the bytes are there");
    }

    [Fact]
    public async Task While_the_origin_fails_for_all_a_rule_about_the_status_lists_nobody_which_is_counted_and_told()
    {
        const string Suspended = "filternode_origin_guard_suspended_total{service=\"shop\"}";
        await using var origin = await TestOrigin.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        var settings = Settings(origin, """{ "Mode": "Off", "Floors": { "RequestsPerSecond": 100000, "Concurrent": 100000, "ErrorsPerSecond": 1 } }""");
        TestNode.Shop(settings)["UserRules"] = JsonNode.Parse("""
            { "Rules": [ { "Id": "failing", "Action": "Blacklist", "Ttl": "01:00:00", "When": { "Property": "Status", "Operator": ">=", "Value": 500 } } ] }
            """);
        await using var node = await TestNode.StartAsync(settings);

        var visitor = 0;
        await Eventually.Holds(
            async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => TryAsync(node, $"198.51.{visitor / 250}.{++visitor % 250}", "/", "Mozilla/5.0")));
                return await node.MetricAsync(Suspended) > 0;
            },
            "the rule rests");
        await Eventually.Holds(() => node.Log.Count("OriginIll") >= 1, "the log says that the origin is ill");

        await Eventually.Holds(
            async () =>
            {
                // One tick at a time: more at once would be taken for a pause of the node.
                node.Time.Advance(TimeSpan.FromMilliseconds(500));
                await node.MetricsAsync();
                return node.Log.Count("matches of rules about status or duration had no effect") >= 1;
            },
            "the log says how many matches had no effect");
    }

    private static string Decisions(string result) => $"filternode_behavior_decisions_total{{service=\"shop\",kind=\"requests\",result=\"{result}\"}}";

    private static Task FloodUntilAsync(TestNode node, Func<Task<bool>> condition, string what) => Eventually.Holds(
        async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => TryAsync(node, "198.51.100.1", "/expensive", "FloodTool/1.0")));
            await TryAsync(node, "203.0.113.1", "/", "Mozilla/5.0");
            return await condition();
        },
        what);

    private static JsonObject Settings(TestOrigin origin, string behavior)
    {
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.1") };
        TestNode.Shop(settings)["Behavior"] = JsonNode.Parse(behavior);
        return settings;
    }

    /// <summary>The status code; null when the connection was reset.</summary>
    private static async Task<HttpStatusCode?> TryAsync(TestNode node, string client, string path, string agent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, path));
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        try
        {
            using var answer = await node.Client.SendAsync(request);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
