using System.Text.Json;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Deploy;

public sealed class DashboardTests
{
    private static readonly string Dashboard = Repository.File("deploy/grafana/dashboard.json", "it is what operators look at");

    /// <summary>The expressions of all panels, with what Grafana would put for its variables.</summary>
    private static List<string> Queries
    {
        get
        {
            using var dashboard = JsonDocument.Parse(File.ReadAllText(Dashboard));
            return
            [
                .. ExpressionsOf(dashboard.RootElement.GetProperty("panels")).Select(query => query
                    .Replace("$service", ".*", StringComparison.Ordinal)
                    .Replace("$__rate_interval", "20s", StringComparison.Ordinal)),
            ];
        }
    }

    [Fact]
    public void Every_panel_has_a_title_a_unit_and_a_place_of_its_own()
    {
        var panels = JsonNode.Parse(File.ReadAllText(Dashboard))!["panels"]!.AsArray();

        panels.Select(panel => panel!["id"]!.GetValue<int>()).ShouldBeUnique();
        panels.Select(panel => ((int)panel!["gridPos"]!["x"]!, (int)panel["gridPos"]!["y"]!)).ShouldBeUnique();
        panels.ShouldAllBe(panel => panel!["title"]!.GetValue<string>().Length > 0);
        panels.Where(panel => (string)panel!["type"]! != "row").ShouldAllBe(panel => panel!["fieldConfig"]!["defaults"]!["unit"] != null);
    }

    [Theory]
    [InlineData("filternode_requests_total")]
    [InlineData("filternode_received_bytes_total")]
    [InlineData("filternode_sent_bytes_total")]
    public void Incoming_stands_beside_passed_in_one_panel(string series)
    {
        var panels = JsonNode.Parse(File.ReadAllText(Dashboard))!["panels"]!.AsArray()
            .Select(panel => panel!["targets"]?.AsArray().Select(target => (string)target!["expr"]!).ToList() ?? []);

        panels.ShouldContain(queries => queries.Count == 2 && queries.TrueForAll(query => query.Contains(series)) && queries[1].Contains("=\"passed\""));
    }

    [Fact]
    public async Task Every_query_of_the_dashboard_gives_numbers_for_a_node_that_had_the_traffic()
    {
        var authority = new TestAuthority();
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, authority);
        await using var prometheus = await Prometheus.StartAsync(node.AdminAddress);
        var missing = Queries;
        missing.Count.ShouldBeGreaterThan(30);
        var client = 0;
        await Eventually.Holds(
            async () =>
            {
                await TrafficAsync(node, client++);
                return (await prometheus.QueryAsync("rate(filternode_requests_total[20s]) > 0")).Count > 0;
            },
            "Prometheus has scraped twice");

        // Rates need traffic between two scrapes, so it goes on until all have seen some.
        await Eventually.Holds(
            async () =>
            {
                await TrafficAsync(node, client++);

                // The origin that fails is asked again.
                node.Time.Advance(TimeSpan.FromSeconds(5));
                var still = new List<string>();
                foreach (var query in missing)
                {
                    var values = (await prometheus.QueryAsync(query)).Select(series => series.Value).ToList();
                    if (values.Count == 0 || values.All(double.IsNaN))
                    {
                        still.Add(query);
                    }
                }

                missing = still;
                return missing.Count == 0 || client > 400;
            },
            "all queries were asked");
        missing.ShouldBeEmpty();
    }

    private static IEnumerable<string> ExpressionsOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(ExpressionsOf),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.Name == "expr" ? [property.Value.GetString()!] : ExpressionsOf(property.Value)),
        _ => [],
    };

    private static Task<TestNode> StartAsync(string origin, TestAuthority authority)
    {
        var settings = TlsNode.Settings(origin);

        // Addresses name the listeners in the metrics.
        settings["FilterNode"]!["Listeners"]![1]!["Address"] = "127.0.0.2:0";
        settings["FilterNode"]!["State"] = new JsonObject { ["Database"] = "state.db" };
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.1") };
        settings["FilterNode"]!["AccessLog"] = new JsonObject { ["Path"] = "access.log" };
        var shop = TestNode.Shop(settings);
        shop["Hosts"] = new JsonArray("shop.example");
        shop["Origins"] = new JsonArray(origin, "127.0.0.1:1");
        shop["Behavior"] = new JsonObject { ["Mode"] = "Shadow" };
        shop["HeaderFilter"] = JsonNode.Parse("""
            { "Rules": [ { "Id": "bad", "Header": "User-Agent", "Test": "Contains", "Value": "BadBot", "List": "Blacklist" } ] }
            """);
        return TestNode.StartAsync(settings, folder =>
        {
            using var certificate = authority.Issue("shop.example");
            TlsNode.Write(folder, "shop", certificate, authority);
        });
    }

    // A client that passes, is listed and then dropped; a request for nobody; one that is no HTTP; a handshake that comes to nothing.
    private static async Task TrafficAsync(TestNode node, int client)
    {
        var (tls, plain) = (node.Addresses[0], node.Addresses[1]);
        var forwarded = $"X-Forwarded-For: 198.51.{client >> 8}.{client & 255}\r\n";
        foreach (var agent in (string[])["Good", "BadBot", "Good"])
        {
            await AskAsync(plain, $"GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n{forwarded}User-Agent: {agent}\r\n\r\n");
        }

        await AskAsync(plain, "GET / HTTP/1.1\r\nHost: else.example\r\n\r\n");
        await AskAsync(plain, "GET / HTTP/1.1\nHost: shop.example\r\n\r\n");
        await AskAsync(tls, "no handshake\r\n\r\n");
    }

    private static async Task AskAsync(Uri address, string request)
    {
        using var client = await RawClient.ConnectAsync(address);
        await client.SendAsync(request);
        await client.ReadToEndAsync();
    }
}
