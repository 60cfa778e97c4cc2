using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Hostile;

namespace Qrator.FilterNode.Logging;

/// <summary>What strangers can make the node write into its log: measured on the output of the process.</summary>
public sealed class LogBudgetTests : IDisposable
{
    private const int Connections = 100;
    private const int BytesEach = 200;

    private static readonly string[] Handshakes = ["", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000", "\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0000", "\u0080\u002e\u0001\u0003\u0001"];

    private static readonly string[] Http2 =
    [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage that is no frame at all",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0000\u0001X",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("certificate-").FullName;

    public static TheoryData<string> Kinds => ["malformed", "handshakes", "http2", "unknown host", "blacklisted", "reset while sending", "reset while receiving", "listed and dropped"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_hostile_connection_costs_no_more_than_its_bytes_of_log_and_no_stack_trace(string kind)
    {
        var answer = new string('x', kind == "reset while receiving" ? 1 << 22 : 5);
        await using var origin = await TestOrigin.StartAsync(context => context.Response.WriteAsync(answer));
        await using var node = await NodeProcess.StartAsync(Settings(origin.Address, kind));
        var tls = new Uri(node.Lines.Last(line => line.Contains("listening on ", StringComparison.Ordinal)).Split("listening on ")[1].Split(' ')[0]);
        var before = node.Lines.Count;
        for (var i = 0; i < Connections; i++)
        {
            await AttackAsync(kind, i, kind == "handshakes" ? tls : node.Address);
        }

        (await node.TerminateAsync()).ShouldBe(0);
        var lines = node.Lines.Skip(before).Where(line => !line.Contains("INF stop", StringComparison.Ordinal)).ToList();
        lines.ShouldNotContain(line => line.Contains("   at ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
        lines.Sum(BytesOf).ShouldBeLessThanOrEqualTo(BytesEach * Connections, string.Join('\n', lines.Take(5)));
        lines.Count(line => line.Contains("listed: ", StringComparison.Ordinal)).ShouldBe(kind == "listed and dropped" ? Connections / 2 : 0);
    }

    [Fact]
    public async Task Thousands_of_clients_that_are_listed_and_never_come_back_cost_no_more_each()
    {
        const int Clients = 4_000;
        const int Batch = 250;
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin.Address, "listed");
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.1") };
        TestNode.Shop(settings)["UserRules"] = JsonNode.Parse("""
            { "Rules": [ { "Id": "login-rate", "Action": "RateLimit", "Rate": 2, "Burst": 10, "Ttl": "08:00:00", "When": { "Property": "Path", "Operator": "startsWith", "Value": "/login" } } ] }
            """);
        await using var node = await NodeProcess.StartAsync(settings);
        var before = node.Lines.Count;
        using (var client = await RawClient.ConnectAsync(node.Address))
        {
            for (var i = 0; i < Clients; i += Batch)
            {
                await client.SendAsync(string.Concat(Enumerable.Range(i, Batch).Select(Request)));
                await client.ReadTimesAsync("hello", Batch);
            }
        }

        var metrics = await node.Client.GetStringAsync(new Uri(node.AdminAddress, "metrics"));
        metrics.ShouldContain($"filternode_list_entries{{service=\"shop\",list=\"blacklist\",source=\"header\"}} {Clients / 2}\n");
        metrics.ShouldContain($"filternode_list_entries{{service=\"shop\",list=\"limited\",source=\"rule\"}} {Clients / 2}\n");
        (await node.TerminateAsync()).ShouldBe(0);

        var lines = node.Lines.Skip(before).Where(line => !line.Contains("INF stop", StringComparison.Ordinal)).ToList();
        lines.Count(line => line.Contains("list=blacklist", StringComparison.Ordinal)).ShouldBeGreaterThan(0);
        lines.Count(line => line.Contains("list=limited", StringComparison.Ordinal)).ShouldBeGreaterThan(0);
        lines.Max(BytesOf).ShouldBeLessThanOrEqualTo(BytesEach, lines.MaxBy(BytesOf));
        lines.Sum(BytesOf).ShouldBeLessThanOrEqualTo(BytesEach * Clients);

        // Half of them with the longest addresses, and all with more than the log has room for.
        static string Request(int i) =>
            $"GET /{(i % 2 == 0 ? "" : "login")}/{new string('p', 300)} HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-For: {(i % 4 < 2 ? $"198.51.{100 + (i >> 8)}.{i & 255}" : $"2001:db8:abcd:{0x1000 + i:x}::1")}\r\n"
            + $"User-Agent: {(i % 2 == 0 ? "BadBot" : "Good")} {new string('\u00e9', 300)}\r\n\r\n";
    }

    [Fact]
    public async Task What_has_no_line_of_its_own_is_summed_up_once_a_minute_a_reason()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["Hosts"] = new JsonArray("shop.example");
        await using var node = await TestNode.StartAsync(settings);
        for (var i = 0; i < 3; i++)
        {
            using var client = await RawClient.ConnectAsync(node.Address);
            await client.SendAsync("GET / HTTP/1.1\r\nHost: else.example\r\n\r\n");
            await client.ReadToEndAsync();
        }

        await node.ShouldComeToAsync("filternode_requests_total{service=\"-\",outcome=\"unknown_host\"}", 3);
        node.Log.Count("in the last minute").ShouldBe(0);
        node.Time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.Holds(() => node.Log.Count("in the last minute: requests unknown_host: 3") == 1, "it is summed up");

        node.Time.Advance(TimeSpan.FromMinutes(1));
        using var last = await RawClient.ConnectAsync(node.Address);
        await last.SendAsync("GET / HTTP/1.1\nHost: else.example\r\n\r\n");
        await last.ReadToEndAsync();
        await node.ShouldComeToAsync("filternode_protocol_violations_total{listener=\"127.0.0.1:0\",reason=\"bare_lf\"}", 1);
        await Eventually.Holds(
            () =>
            {
                node.Time.Advance(TimeSpan.FromMinutes(1));
                return node.Log.Count("in the last minute: protocol violations bare_lf: 1") == 1;
            },
            "the next reason is summed up");
        node.Log.Count("requests unknown_host").ShouldBe(1, "nothing new, no line");
    }

    [Fact]
    public async Task The_start_says_version_runtime_listeners_services_and_where_the_metrics_are()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await NodeProcess.StartAsync(Settings(origin.Address, "start"));

        var lines = string.Join('\n', node.Lines);
        lines.ShouldContain($"INF Qrator.FilterNode {Metrics.NodeMetrics.Version} on {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, process {node.Process.Id}\n");
        node.Lines.Count(line => line.Contains("INF listening on http", StringComparison.Ordinal)).ShouldBe(2);
        lines.ShouldContain($"INF service shop: hosts shop.example -> origins {origin.Address}, rules 1\n");
        lines.ShouldContain($"INF metrics on {node.AdminAddress}metrics, health on {node.AdminAddress}healthz and readyz");
    }

    [Fact]
    public async Task Sinks_and_levels_come_from_the_section_Serilog()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        settings["Serilog"] = JsonNode.Parse("""
            {
              "MinimumLevel": { "Override": { "Qrator.FilterNode.Logging": "Warning" } },
              "WriteTo": [
                { "Name": "Console", "Args": { "outputTemplate": "{Message:lj}{NewLine}" } },
                { "Name": "File", "Args": { "path": "logs/node.log", "outputTemplate": "{Level:u3} {SourceContext} {Message:lj}{NewLine}", "rollOnFileSizeLimit": true, "fileSizeLimitBytes": 100000000, "retainedFileCountLimit": 5 } }
              ]
            }
            """);
        await using var node = await NodeProcess.StartAsync(settings);
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(node.AdminAddress, "request/service/shop"));
        call.Headers.Add("X-Qrator-Auth", "secret");
        call.Content = new StringContent("""{"method": "blacklist_append", "params": [["203.0.113.7", 0, "no line"]], "id": 1}""", Encoding.UTF8, "application/json");
        (await (await node.Client.SendAsync(call)).Content.ReadAsStringAsync()).ShouldContain("\"result\":1");

        (await node.TerminateAsync()).ShouldBe(0);

        node.Lines.ShouldContain("stopped", "without time and level, as the template says");
        var file = await File.ReadAllTextAsync(Path.Combine(node.Folder, "logs", "node.log"));
        file.ShouldContain("INF Qrator.FilterNode stopped");
        (file + string.Join('\n', node.Lines)).ShouldNotContain("listed: ");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private JsonObject Settings(string origin, string kind)
    {
        var settings = TestNode.Settings(origin);
        settings["FilterNode"]!["Listeners"] = JsonNode.Parse("""[ { "Address": "127.0.0.1:0" }, { "Address": "127.0.0.1:0", "Tls": true } ]""");
        var shop = TestNode.Shop(settings);
        shop["Hosts"] = new JsonArray("shop.example");
        var certificate = Path.Combine(_folder, "shop.pfx");
        using (var made = TestCertificate.For("shop.example"))
        {
            File.WriteAllBytes(certificate, made.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pfx));
        }

        shop["Certificate"] = new JsonObject { ["Path"] = certificate };
        shop["Blacklist"] = kind == "blacklisted" ? new JsonArray("127.0.0.0/8") : [];
        shop["HeaderFilter"] = JsonNode.Parse("""{ "Rules": [ { "Id": "bad-agent", "Header": "User-Agent", "Test": "Contains", "Value": "BadBot", "List": "Blacklist" } ] }""");
        return settings;
    }

    private static int BytesOf(string line) => Encoding.UTF8.GetByteCount(line) + 1;

    private static async Task AttackAsync(string kind, int i, Uri address)
    {
        using var client = await RawClient.ConnectAsync(address, kind == "listed and dropped" ? $"127.0.1.{(i / 2) + 1}" : null);
        switch (kind)
        {
            case "malformed":
                var heads = MalformedRequestTests.Heads.Select(row => (string)row[0]).ToList();
                await client.SendAsync(heads[i % heads.Count]);
                await client.ReadToEndAsync();
                break;
            case "handshakes":
                await client.SendAsync(Handshakes[i % Handshakes.Length]);
                client.Reset();
                break;
            case "http2":
                await client.SendAsync(Http2[i % Http2.Length]);
                client.Reset();
                break;
            case "unknown host":
                await client.SendAsync($"GET / HTTP/1.1\r\nHost: h{i}.example\r\n\r\n");
                await client.ReadToEndAsync();
                break;
            case "blacklisted":
                await client.SendAsync("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
                await client.ReadToEndAsync();
                break;
            case "reset while sending":
                await client.SendAsync("POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 1000\r\n\r\nhalf");
                client.Reset();
                break;
            case "reset while receiving":
                await client.SendAsync("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
                await client.ReadUntilAsync("\r\n\r\n");
                client.Reset();
                break;
            case "listed and dropped":
                await client.SendAsync($"GET / HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: BadBot {new string('\u00e9', 1_000)}\r\nConnection: close\r\n\r\n");
                (await client.ReadToEndAsync()).Text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal).ShouldBe(i % 2 == 0);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind");
        }
    }
}
