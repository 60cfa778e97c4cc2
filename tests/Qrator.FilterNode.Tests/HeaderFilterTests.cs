using System.Net;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class HeaderFilterTests
{
    private const string Rules = """
        { "Rules": [
          { "Id": "bad-agent", "Header": "User-Agent", "Test": "Contains", "Value": "BadBot", "List": "Blacklist", "Ttl": "00:05:00" },
          { "Id": "fake-referer", "Header": "Referer", "Test": "Equals", "Value": "https://spam.example/", "List": "Blacklist", "Ttl": "00:30:00" },
          { "Id": "tester", "Header": "User-Agent", "Test": "Equals", "Value": "OurTester", "List": "Whitelist", "Ttl": "08:00:00" }
        ] }
        """;

    [Fact]
    public async Task The_request_that_triggers_a_blacklist_rule_passes_and_those_after_it_are_dropped()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);

        (await SendAsync(node, "BadBot/1.0")).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(node, "BadBot/1.0")).ShouldBeNull();
        (await SendAsync(node, "Mozilla/5.0")).ShouldBeNull();
        origin.Requests.ShouldBe(1);
        await node.ShouldComeToAsync("filternode_rule_hits_total{service=\"shop\",filter=\"header\",rule=\"bad-agent\",mode=\"enforced\"}", 1);
        await node.ShouldComeToAsync("filternode_list_entries{service=\"shop\",list=\"blacklist\",source=\"header\"}", 1);
    }

    [Fact]
    public async Task A_whitelist_match_saves_a_blacklisted_client_from_this_request_on()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        await SendAsync(node, "BadBot/1.0");
        (await SendAsync(node, "Mozilla/5.0")).ShouldBeNull();

        (await SendAsync(node, "OurTester")).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(node, "BadBot/1.0")).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(node, "BadBot/1.0")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_entry_ends_after_its_time_and_a_second_offence_takes_twice_as_long()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        node.Time.StandStill();
        await SendAsync(node, "BadBot/1.0");

        node.Time.Advance(TimeSpan.FromMinutes(4.9));
        (await SendAsync(node, "Mozilla/5.0")).ShouldBeNull();
        node.Time.Advance(TimeSpan.FromMinutes(0.2));
        (await SendAsync(node, "BadBot/1.0")).ShouldBe(HttpStatusCode.OK);
        node.Time.Advance(TimeSpan.FromMinutes(9.9));
        (await SendAsync(node, "Mozilla/5.0")).ShouldBeNull();
        node.Time.Advance(TimeSpan.FromMinutes(0.2));
        (await SendAsync(node, "Mozilla/5.0")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_filter_in_shadow_mode_counts_and_does_nothing()
    {
        await using var origin = await TestOrigin.StartAsync();
        var rules = JsonNode.Parse(Rules)!;
        rules["Shadow"] = true;
        await using var node = await StartAsync(origin.Address, rules);

        (await SendAsync(node, "BadBot/1.0")).ShouldBe(HttpStatusCode.OK);
        (await SendAsync(node, "BadBot/1.0")).ShouldBe(HttpStatusCode.OK);
        await node.ShouldComeToAsync("filternode_rule_hits_total{service=\"shop\",filter=\"header\",rule=\"bad-agent\",mode=\"shadow\"}", 2);
        (await node.MetricAsync("filternode_list_changes_total{service=\"shop\",list=\"blacklist\",source=\"header\",change=\"added\"}")).ShouldBe(0);
    }

    [Fact]
    public async Task A_header_sent_several_times_is_one_value()
    {
        await using var origin = await TestOrigin.StartAsync();
        var rules = JsonNode.Parse("""
            { "Rules": [ { "Id": "joined", "Header": "Referer", "Test": "Equals", "Value": "a, b", "List": "Blacklist" } ] }
            """)!;
        await using var node = await StartAsync(origin.Address, rules);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nReferer: a\r\nReferer: b\r\n\r\n");
        (await client.ReadUntilAsync("hello")).ShouldStartWith("HTTP/1.1 200");

        (await SendAsync(node, "Mozilla/5.0")).ShouldBeNull();
    }

    [Fact]
    public async Task A_list_change_is_one_line_of_the_log_that_says_who_why_and_for_how_long()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        await SendAsync(node, "BadBot/1.0 \u00e9");
        await SendAsync(node, "Mozilla/5.0");

        var line = node.Log.Lines.Single(line => line.Contains("listed: ", StringComparison.Ordinal));
        line.ShouldStartWith("Information");
        line.ShouldContain("service=shop list=blacklist client=127.0.0.1 source=header rule=bad-agent ttl=300s request=");
        line.ShouldContain(" User-Agent is \"BadBot/1.0 ");
    }

    internal static async Task<HttpStatusCode?> SendAsync(TestNode node, string agent, string path = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, path));
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1 });
        try
        {
            using var response = await client.SendAsync(request);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static Task<TestNode> StartAsync(string origin, JsonNode? rules = null)
    {
        var settings = TestNode.Settings(origin);
        TestNode.Shop(settings)["HeaderFilter"] = rules ?? JsonNode.Parse(Rules);
        return TestNode.StartAsync(settings);
    }
}
