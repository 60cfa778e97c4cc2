using System.Net;
using System.Text.Json;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Api;

public sealed class ApiStatusTests
{
    private const string Rules = """
        "HeaderFilter": { "Rules": [ { "Id": "bad-agent", "Header": "User-Agent", "Test": "Contains", "Value": "BadBot", "List": "Blacklist", "Ttl": "00:05:00" } ] },
        "UserRules": { "Rules": [
          { "Id": "login-rate", "Action": "RateLimit", "Rate": 0.5, "Burst": 10, "Excess": "Reject", "Scope": "Client", "Ttl": "00:05:00",
            "When": { "Property": "Path", "Operator": "startsWith", "Value": "/login" } } ] }
        """;

    [Fact]
    public async Task A_client_that_a_rule_has_listed_is_told_with_everything_that_led_to_it()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(AdminApi.Settings(origin.Address, Rules));
        await HeaderFilterTests.SendAsync(node, "BadBot/1.0");

        var status = await node.CallAsync("blacklist_check", """["127.0.0.1"]""");

        status.GetProperty("listed").GetBoolean().ShouldBeTrue();
        status.GetProperty("address").GetString().ShouldBe("127.0.0.1");
        status.GetProperty("country").ValueKind.ShouldBe(JsonValueKind.Null);
        var service = status.GetProperty("services").EnumerateArray().ShouldHaveSingleItem();
        Text(service, "service").ShouldBe("shop");
        Text(service, "status").ShouldBe("blacklisted");
        var list = service.GetProperty("blacklist");
        Text(list, "entry").ShouldBe("127.0.0.1");
        (Text(list, "source"), Text(list, "rule"), Text(list, "matched")).ShouldBe(("header", "bad-agent", "User-Agent is \"BadBot/1.0\""));
        Text(list, "request_id")!.ShouldMatch("^[0-9a-f]{32}$");
        node.Log.Count(Text(list, "request_id")!).ShouldBe(1);
        list.GetProperty("earlier_offences").GetInt32().ShouldBe(0);
        (list.GetProperty("until").GetInt64() - list.GetProperty("since").GetInt64()).ShouldBeInRange(299, 301);
        DateTimeOffset.Parse(Text(list, "since_text")!, null).ToUnixTimeSeconds().ShouldBe(list.GetProperty("since").GetInt64());
        list.GetProperty("seconds_left").GetInt32().ShouldBeInRange(280, 300);
        service.GetProperty("whitelist").GetProperty("listed").GetBoolean().ShouldBeFalse();
        Sentences(service).ShouldBe([
            "blacklist_remove [\"127.0.0.1\"] lets it in, without memory of what it did",
            "if rule bad-agent is wrong, change or remove it in FilterNode:Services:shop:HeaderFilter:Rules; its entries end with it",
            "whitelist_append [[\"127.0.0.1\", 3600, \"why\"]] lets it pass all filters for an hour"]);
        var decision = status.GetProperty("decisions").EnumerateArray().ShouldHaveSingleItem();
        (Text(decision, "change"), Text(decision, "rule"), Text(decision, "request_id")).ShouldBe(("added", "bad-agent", Text(list, "request_id")));
        (await node.EntriesAsync("blacklist")).ShouldHaveSingleItem().ShouldEndWith(",\"header bad-agent: User-Agent is \\\"BadBot/1.0\\\"\"]");
    }

    [Fact]
    public async Task A_limited_client_is_told_with_the_level_of_each_bucket()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(AdminApi.Settings(origin.Address, Rules));
        for (var i = 0; i < 4; i++)
        {
            (await node.Client.GetAsync(new Uri(node.Address, "login"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var service = (await node.CallAsync("ip_status", """["127.0.0.1"]""")).GetProperty("services")[0];

        Text(service, "status").ShouldBe("limited");
        var limit = service.GetProperty("limited").EnumerateArray().ShouldHaveSingleItem();
        Text(limit, "rule").ShouldBe("login-rate");
        limit.GetProperty("level").GetDouble().ShouldBeInRange(0.1, 3);
        (limit.GetProperty("rate").GetDouble(), limit.GetProperty("burst").GetInt32()).ShouldBe((0.5, 10));
        limit.GetProperty("seconds_left").GetInt32().ShouldBeInRange(280, 300);
        Sentences(service).ShouldContain(sentence => sentence.Contains("rule login-rate limits it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Reject", "answered 429, Retry-After")]
    [InlineData("Drop", "dropped")]
    public async Task What_a_rate_limit_has_done_is_among_the_decisions_and_a_flood_is_one_of_them(string excess, string told)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(AdminApi.Settings(origin.Address, $$"""
            "UserRules": { "Rules": [ { "Id": "login-rate", "Action": "RateLimit", "Rate": 0.001, "Burst": 1, "Excess": "{{excess}}", "Ttl": "00:05:00",
              "When": { "Property": "Path", "Operator": "startsWith", "Value": "/login" } } ] }
            """));

        // Put under the bucket, then two that fit, then those that do not.
        for (var i = 0; i < 6; i++)
        {
            await HeaderFilterTests.SendAsync(node, "Mozilla", path: "login");
        }

        var decisions = (await node.CallAsync("ip_status", """["127.0.0.1"]""")).GetProperty("decisions").EnumerateArray().ToList();
        decisions.Select(decision => (Text(decision, "list"), Text(decision, "change"), Text(decision, "source"), Text(decision, "rule")))
            .ShouldBe([("limited", "excess", "rule", "login-rate"), ("limited", "added", "rule", "login-rate")]);
        Text(decisions[0], "matched")!.ShouldStartWith("more than 1 over 0.001 a second: " + told);
        Text(decisions[1], "matched").ShouldBe("Path \"/login\" startsWith \"/login\"");
        decisions.ShouldAllBe(decision => System.Text.RegularExpressions.Regex.IsMatch(Text(decision, "request_id")!, "^[0-9a-f]{32}$"));
        Text(decisions[0], "request_id").ShouldNotBe(Text(decisions[1], "request_id"));
        (decisions[1].GetProperty("until").GetInt64() - decisions[1].GetProperty("at").GetInt64()).ShouldBeInRange(299, 301);
        await Eventually.Holds(() => node.Log.Count("listed: service=shop list=limited client=127.0.0.1 source=rule rule=login-rate ttl=300s") == 1, "it is logged");

        node.Time.Advance(TimeSpan.FromSeconds(61));
        await HeaderFilterTests.SendAsync(node, "Mozilla", path: "login");
        (await node.CallAsync("ip_status", """["127.0.0.1"]""")).GetProperty("decisions").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task The_entry_that_holds_may_be_a_subnet_around_the_address()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        await node.CallAsync("blacklist_append", """[["203.0.113.0/24", 0, "leased to nobody"]]""");

        var status = await node.CallAsync("blacklist_check", """["203.0.113.7"]""");

        var list = status.GetProperty("services")[0].GetProperty("blacklist");
        (Text(list, "entry"), Text(list, "source"), Text(list, "comment")).ShouldBe(("203.0.113.0/24", "api", "leased to nobody"));
        list.GetProperty("until").ValueKind.ShouldBe(JsonValueKind.Null);
        list.GetProperty("seconds_left").GetInt32().ShouldBe(0);
        Sentences(status.GetProperty("services")[0])[0].ShouldBe("blacklist_remove [\"203.0.113.0/24\"] lets the whole subnet in, without memory of what it did");
        (await node.CallAsync("blacklist_check", """["203.0.114.7"]""")).GetProperty("listed").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Check_tells_of_one_service_and_ip_status_of_all()
    {
        var settings = TestNode.Settings("127.0.0.1:1");
        var services = settings["FilterNode"]!["Services"]!.AsObject();
        services["blog"] = services["shop"]!.DeepClone();
        services["blog"]!["Hosts"] = new System.Text.Json.Nodes.JsonArray("blog.example");
        await using var node = await TestNode.StartAsync(settings);
        await node.CallAsync("blacklist_append", """[["203.0.113.7", 60, "x"]]""", "blog");

        (await node.CallAsync("blacklist_check", """["203.0.113.7"]""", "shop")).GetProperty("listed").GetBoolean().ShouldBeFalse();
        var status = await node.CallAsync("ip_status", """["203.0.113.7"]""", "shop");

        status.GetProperty("listed").GetBoolean().ShouldBeTrue();
        status.GetProperty("services").EnumerateArray().Select(service => (Text(service, "service"), Text(service, "status")))
            .ShouldBe([("blog", "blacklisted"), ("shop", "unlisted")], ignoreOrder: true);
        status.GetProperty("decisions").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Decisions_of_an_address_are_told_the_latest_first_after_they_are_over()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        await node.CallAsync("blacklist_append", """[["203.0.113.7", 60, "first"], ["203.0.113.8", 60, "other"]]""");
        await node.CallAsync("blacklist_append", """[["203.0.113.7", 600, "second"]]""");
        await node.CallAsync("blacklist_remove", """["203.0.113.7"]""");
        await node.CallAsync("blacklist_append", """[["203.0.113.7", 60, "third"]]""");
        await node.CallAsync("blacklist_flush");

        var status = await node.CallAsync("ip_status", """["203.0.113.7"]""");

        status.GetProperty("decisions").EnumerateArray().Select(decision => (Text(decision, "change"), decision.TryGetProperty("comment", out var comment) ? comment.GetString() : null))
            .ShouldBe([("flushed", null), ("added", "third"), ("removed", null), ("extended", "second"), ("added", "first")]);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static IReadOnlyList<string> Sentences(JsonElement service) => [.. service.GetProperty("advice").EnumerateArray().Select(sentence => sentence.GetString()!)];
}
