using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Hostile;

public sealed class OffencesTests
{
    private const string Bad = "GET / HTTP/1.1\r\nHost: a\n\r\n";
    private const string Good = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    [Fact]
    public async Task Who_breaks_the_protocol_again_and_again_is_blacklisted_with_the_reason()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin.Address, "{ \"Count\": 3 }"));

        (await TalkAsync(node, Bad)).ShouldStartWith("HTTP/1.1 400");
        (await TalkAsync(node, Bad)).ShouldStartWith("HTTP/1.1 400");
        (await TalkAsync(node, Good)).ShouldStartWith("HTTP/1.1 200");
        (await TalkAsync(node, Bad)).ShouldStartWith("HTTP/1.1 400");

        await Eventually.Holds(async () => await TalkAsync(node, Good) == "", "the client is dropped");
        node.Log.Count(" 3 protocol violations in ").ShouldBe(1);
        (await node.CallAsync("blacklist_check", """["127.0.0.1"]""")).GetRawText().ShouldContain("3 protocol violations in 60 s, the last: bare LF");
        await node.ShouldComeToAsync("filternode_list_entries{service=\"shop\",list=\"blacklist\",source=\"behavior\"}", 1);
        await node.ShouldComeToAsync("filternode_rule_hits_total{service=\"shop\",filter=\"behavior\",rule=\"offences\",mode=\"enforced\"}", 1);

        node.Write(Settings(origin.Address, null));
        await Eventually.Holds(async () => (await TalkAsync(node, Good)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal), "the entry ends with the setting");
    }

    [Theory]
    [InlineData("whitelisted", "\"Whitelist\": [ \"127.0.0.1\" ]", "")]
    [InlineData("trusted proxy", "\"Hosts\": [ \"*\" ]", "\"TrustedProxies\": [ \"127.0.0.0/8\" ]")]
    public async Task Whitelisted_clients_and_trusted_proxies_are_not_offenders(string why, string service, string clients)
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin.Address, "{ \"Count\": 1 }");
        foreach (var (name, value) in JsonNode.Parse($"{{{service}}}")!.AsObject().ToList())
        {
            TestNode.Shop(settings)[name] = value!.DeepClone();
        }

        settings["FilterNode"]!["Clients"] = JsonNode.Parse($"{{{clients}}}");
        await using var node = await TestNode.StartAsync(settings);

        (await TalkAsync(node, Bad)).ShouldStartWith("HTTP/1.1 400", customMessage: why);
        await Eventually.Holds(async () => await node.ViolationsAsync("bare_lf") == 1, "the violation is counted");

        (await TalkAsync(node, Good)).ShouldStartWith("HTTP/1.1 200", customMessage: why);
    }

    [Fact]
    public async Task In_shadow_mode_it_only_counts()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin.Address, "{ \"Count\": 1, \"Shadow\": true }"));

        await TalkAsync(node, Bad);

        await Eventually.Holds(
            async () => await node.MetricAsync("filternode_rule_hits_total{service=\"shop\",filter=\"behavior\",rule=\"offences\",mode=\"shadow\"}") == 1, "it is counted");
        (await TalkAsync(node, Good)).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task A_client_that_breaks_off_in_a_head_or_a_body_is_no_offender()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin.Address, "{ \"Count\": 1 }"));
        foreach (var beginning in new[] { "GET / HT", "GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab" })
        {
            using var client = await RawClient.ConnectAsync(node.Address);
            await client.SendAsync(beginning);
        }

        await Eventually.Holds(async () => await node.MetricAsync("filternode_connections{listener=\"127.0.0.1:0\"}") == 0, "the connections are over");
        (await TalkAsync(node, Good)).ShouldStartWith("HTTP/1.1 200");
    }

    private static async Task<string> TalkAsync(TestNode node, string request)
    {
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendInPiecesAsync(request, request.Length);
        return (await client.ReadToEndAsync()).Text;
    }

    private static JsonObject Settings(string origin, string? offences)
    {
        var settings = TestNode.Settings(origin);
        TestNode.Shop(settings)["Offences"] = offences is null ? null : JsonNode.Parse(offences);
        if (offences is null)
        {
            TestNode.Shop(settings).Remove("Offences");
        }

        return settings;
    }
}
