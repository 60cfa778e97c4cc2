using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Qrator.FilterNode.Load;

/// <summary>The node.</summary>
internal sealed class NodeProxy(string folder, string program, string? countries, bool kernel = false) : Proxy(folder)
{
    private const int Listed = 1_000_000;
    private const int Batch = 50_000;

    private readonly int _admin = FreePort();

    public override string Name => kernel ? "node-kernel" : "node";

    public override string Settings => "as started by dotnet Qrator.FilterNode.dll, no switches";

    public override void Start(Scenario scenario, int origin, string certificate)
    {
        base.Start(scenario, origin, certificate);
        if (scenario.Filters == Filters.Everything)
        {
            // Addresses of 10.0.0.0/8 in no order, so that look-ups meet a table as an attack leaves it.
            ListClients(Enumerable.Range(0, Listed).Select(i => (i * 2_654_435_761L) & 0xFFFFFF).Select(i => $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}"));
        }
        else
        {
            ListClients(Attack.Listed(scenario.Filters));
        }
    }

    protected override void Configure(Scenario scenario, int origin, string certificate)
    {
        var shop = new JsonObject { ["Hosts"] = new JsonArray("*"), ["Origins"] = new JsonArray($"127.0.0.1:{origin}") };
        var listener = new JsonObject { ["Address"] = $"127.0.0.1:{Port}" };
        var node = new JsonObject
        {
            ["Listeners"] = new JsonArray(listener),
            ["Admin"] = new JsonObject { ["Address"] = $"127.0.0.1:{_admin}", ["Tokens"] = new JsonArray("load") },
            ["Services"] = new JsonObject { ["shop"] = shop },
        };
        if (kernel)
        {
            node["Kernel"] = new JsonObject { ["Enabled"] = true };
        }

        if (scenario.Tls)
        {
            listener["Tls"] = true;
            shop["Certificate"] = new JsonObject { ["Path"] = certificate };
        }

        if (scenario.Filters == Filters.Everything)
        {
            AddEverything(node, shop);
        }
        else if (Agents(scenario.Filters).ToList() is { Count: > 0 } agents)
        {
            shop["UserRules"] = new JsonObject { ["Rules"] = new JsonArray([.. agents.Select((agent, i) => Rule($"agent-{i}", "UserAgent", "contains", agent))]) };
        }

        File.WriteAllText(Path.Combine(Folder, "appsettings.json"), new JsonObject { ["FilterNode"] = node }.ToJsonString(new() { WriteIndented = true }));
    }

    protected override ProcessStartInfo Command() => new("dotnet", [program]) { WorkingDirectory = Folder };

    private static JsonObject Rule(string id, string property, string comparison, string value, string action = "Blacklist")
    {
        var rule = new JsonObject
        {
            ["Id"] = id,
            ["Action"] = action,
            ["Ttl"] = "00:30:00",
            ["When"] = new JsonObject { ["Property"] = property, ["Operator"] = comparison, ["Value"] = value },
        };
        if (action == "RateLimit")
        {
            rule["Rate"] = 2;
            rule["Burst"] = 10;
        }

        return rule;
    }

    private void AddEverything(JsonObject node, JsonObject shop)
    {
        shop["HeaderFilter"] = JsonNode.Parse("""
            { "Rules": [ { "Id": "fake-referer", "Header": "Referer", "Test": "Contains", "Value": "https://example.com/", "List": "Blacklist", "Ttl": "00:30:00" },
                         { "Id": "bad-bot", "Header": "User-Agent", "Test": "Contains", "Value": "EvilBot", "List": "Blacklist", "Ttl": "00:30:00" },
                         { "Id": "our-tester", "Header": "User-Agent", "Test": "Equals", "Value": "CustomTestTool", "List": "Whitelist", "Ttl": "08:00:00" } ] }
            """);
        if (countries is not null)
        {
            node["GeoIp"] = new JsonObject { ["Database"] = countries };
            shop["GeoFilter"] = JsonNode.Parse("""{ "Mode": "Deny", "Countries": ["AQ"], "UnknownCountry": "Allow", "Ttl": "00:30:00" }""");
        }

        shop["UserRules"] = new JsonObject
        {
            ["Rules"] = new JsonArray(
            [
                .. Enumerable.Range(0, 40).Select(i => Rule($"agent-{i}", "UserAgent", "contains", $"BadBot-{i}")),
                .. Enumerable.Range(0, 20).Select(i => Rule($"path-{i}", "Path", "startsWith", $"/admin-{i}/")),
                .. Enumerable.Range(0, 10).Select(i => Rule($"expression-{i}", "RequestUri", "matches", $"union.+select.+{i}")),
                .. Enumerable.Range(0, 10).Select(i => Rule($"referer-{i}", "Referer", "contains", $"spam-{i}.example")),
                .. Enumerable.Range(0, 5).Select(i => Rule($"status-{i}", "Status", "=", $"{500 + i}")),
                .. Enumerable.Range(0, 5).Select(i => Rule($"slow-{i}", "Duration", ">", $"00:00:{10 + i}")),
                .. Enumerable.Range(0, 10).Select(i => Rule($"login-{i}", "Path", "startsWith", $"/login-{i}", "RateLimit")),
            ]),
        };
    }

    private void ListClients(IEnumerable<string> clients)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{_admin}/"), DefaultRequestHeaders = { { "X-Qrator-Auth", "load" } } };
        foreach (var batch in clients.Chunk(Batch))
        {
            var entries = batch.Select(address => new object[] { address, 28_800, "load" });
            var call = JsonSerializer.Serialize(new { method = "blacklist_append", @params = entries, id = 1 });
            using var answer = client.PostAsync("request/service/shop", new StringContent(call)).GetAwaiter().GetResult();
            var text = answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
            if (!answer.IsSuccessStatusCode || !text.Contains("\"error\":null", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"the node does not list clients: {(int)answer.StatusCode} {text}");
            }
        }
    }
}
