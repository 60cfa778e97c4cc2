using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.State;

namespace Qrator.FilterNode.AccessLogs;

public sealed class AccessLogTests
{
    private const string Failed = "filternode_access_log_requests_total{result=\"failed\"}";

    [Fact]
    public async Task A_line_tells_who_asked_for_what_and_how_it_ended()
    {
        var ids = new List<string>();
        await using var origin = await TestOrigin.StartAsync(context =>
        {
            ids.Add(context.Request.Headers["X-Qrator-RequestID"].ToString());
            context.Response.StatusCode = 302;
            context.Response.ContentType = "text/plain";
            context.Response.Headers.Location = "/elsewhere";
            return context.Response.WriteAsync("hello");
        });
        await using var node = await StartAsync(origin.Address);
        await SendAsync(node, "GET /a%20b?c=d HTTP/1.1\r\nHost: Shop.Example:80\r\nUser-Agent: seven\r\nCookie: x=1\r\nContent-Length: 0\r\n\r\n");

        var line = (await LinesAsync(node, 1))[0];

        Text(line, "request_id").ShouldBe(ids.ShouldHaveSingleItem());
        Text(line, "service").ShouldBe("shop");
        Text(line, "client").ShouldBe("127.0.0.1");
        Text(line, "peer").ShouldBe("127.0.0.1");
        Text(line, "outcome").ShouldBe("passed");
        Text(line, "protocol").ShouldBe("HTTP/1.1");
        Text(line, "method").ShouldBe("GET");
        Text(line, "uri").ShouldBe("http://Shop.Example:80/a%20b?c=d");
        Text(line, "path").ShouldBe("/a b");
        Text(line, "query").ShouldBe("c=d");
        Text(line, "host").ShouldBe("Shop.Example");
        Text(line, "location").ShouldBe("/elsewhere");
        Text(line, "content_type").ShouldBe("text/plain");
        line.GetProperty("headers").GetProperty("Cookie").GetRawText().ShouldBe("[\"x=1\"]");
        line.GetProperty("content_length").GetInt64().ShouldBe(0);
        line.GetProperty("status").GetInt32().ShouldBe(302);
        line.GetProperty("sent").GetInt64().ShouldBe(5);
        line.GetProperty("duration").GetDouble().ShouldBeGreaterThan(0);
        line.GetProperty("took").GetDouble().ShouldBeGreaterThanOrEqualTo(line.GetProperty("duration").GetDouble());
        line.GetProperty("time").GetDateTimeOffset().ShouldBeInRange(node.Time.GetUtcNow().AddMinutes(-5), node.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_request_over_HTTP2_has_a_line_too()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, "/two")) { Version = new(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        (await node.Client.SendAsync(request)).EnsureSuccessStatusCode();

        var line = (await LinesAsync(node, 1))[0];

        Text(line, "protocol").ShouldBe("HTTP/2");
        Text(line, "uri").ShouldBe(new Uri(node.Address, "/two").ToString());
        line.GetProperty("sent").GetInt64().ShouldBe(5);
    }

    [Fact]
    public async Task What_is_dropped_and_what_belongs_to_nobody_has_a_line_without_a_status()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin.Address);
        TestNode.Shop(settings)["Hosts"] = new JsonArray("shop.example");
        TestNode.Shop(settings)["Blacklist"] = new JsonArray("127.0.0.0/8");
        await using var node = await TestNode.StartAsync(settings);
        await SendAsync(node, "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n", dropped: true);
        await LinesAsync(node, 1);
        await SendAsync(node, "GET / HTTP/1.1\r\nHost: else.example\r\n\r\n", dropped: true);

        var lines = await LinesAsync(node, 2);

        lines.Select(line => (Text(line, "service"), Text(line, "outcome"), Text(line, "host"))).ShouldBe([("shop", "blacklisted", "shop.example"), (null, "unknown_host", "else.example")]);
        lines.ShouldAllBe(line => line.GetProperty("status").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task A_page_of_the_node_itself_counts_its_bytes()
    {
        var settings = Settings("127.0.0.1:1");
        TestNode.Shop(settings)["Maintenance"] = new JsonObject { ["Enabled"] = true };
        await using var node = await TestNode.StartAsync(settings);
        var page = await (await node.Client.GetAsync(node.Address)).Content.ReadAsByteArrayAsync();

        var line = (await LinesAsync(node, 1))[0];

        (Text(line, "outcome"), line.GetProperty("status").GetInt32(), line.GetProperty("sent").GetInt64()).ShouldBe(("maintenance", 503, page.Length));
        line.GetProperty("duration").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("Json")]
    [InlineData("Combined")]
    public async Task Nothing_that_a_client_sends_begins_a_line_of_its_own_or_reaches_the_terminal(string format)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address, format);
        await SendAsync(node, "GET /%0d%0a%1b[31m%22fake%20line\\\" HTTP/1.1\r\nHost: x\r\nUser-Agent: \"},{\"outcome\":\"passed\" \\ \u0080\u009b\u00ff\r\nReferer: \"\" [x] \t\u00ff\r\n\r\n");

        await Eventually.Holds(() => File.Exists(Log(node)) && File.ReadAllBytes(Log(node)).Contains((byte)'\n'), "a line is written");
        var written = await File.ReadAllBytesAsync(Log(node));

        written.Count(b => b == '\n').ShouldBe(1);
        written.ShouldAllBe(b => b == '\n' || (b >= ' ' && b <= '~'));
        if (format == "Json")
        {
            var line = JsonDocument.Parse(written).RootElement;
            Text(line, "path").ShouldBe("/\r\n\u001b[31m\"fake line\\\"");
            line.GetProperty("headers").GetProperty("User-Agent")[0].GetString().ShouldBe("\"},{\"outcome\":\"passed\" \\ \u0080\u009b\u00ff");
        }
    }

    [Fact]
    public async Task A_header_that_the_client_calls_hop_by_hop_is_in_the_log_all_the_same()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        await SendAsync(node, "GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: hidden\r\nConnection: user-agent\r\n\r\n");

        (await LinesAsync(node, 1))[0].GetProperty("headers").GetProperty("User-Agent")[0].GetString().ShouldBe("hidden");
    }

    [Fact]
    public async Task Of_a_client_all_requests_are_in_the_sample_or_none()
    {
        const int Clients = 64;
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin.Address);
        settings["FilterNode"]!["AccessLog"]!["Sample"] = 0.5;
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.1") };
        await using var node = await TestNode.StartAsync(settings);
        for (var i = 0; i < 3 * Clients; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, node.Address);
            request.Headers.Add("X-Forwarded-For", $"198.51.100.{i % Clients}");
            (await node.Client.SendAsync(request)).EnsureSuccessStatusCode();
        }

        var sampled = Enumerable.Range(0, Clients).Where(i => AccessLog.IsSampled(ClientKey.FromIPv4(0xC633_6400u + (uint)i), 0.5)).Select(i => $"198.51.100.{i}").ToList();
        await node.ShouldComeToAsync("filternode_access_log_requests_total{result=\"written\"}", 3 * sampled.Count);
        var byClient = File.ReadLines(Log(node)).Select(line => Text(JsonDocument.Parse(line).RootElement, "client")!).CountBy(client => client).ToList();
        byClient.ShouldAllBe(client => client.Value == 3);
        byClient.Select(client => client.Key).ShouldBe(sampled, ignoreOrder: true);
        sampled.Count.ShouldBeInRange(Clients / 4, Clients * 3 / 4);
    }

    [Fact]
    public async Task Without_the_section_nothing_is_logged_and_a_reload_switches_it_on_and_off()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        await node.Client.GetAsync(new Uri(node.Address, "/before"));
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}", 1);

        node.Write(Settings(origin.Address, "Combined"));
        await Eventually.Holds(() => node.Log.Count("configuration reloaded") == 1, "the log is on");
        await node.Client.GetAsync(new Uri(node.Address, "/within"));
        await node.ShouldComeToAsync("filternode_access_log_requests_total{result=\"written\"}", 1);
        node.Write(TestNode.Settings(origin.Address));
        await Eventually.Holds(() => node.Log.Count("configuration reloaded") == 2, "the log is off");
        await node.Client.GetAsync(new Uri(node.Address, "/after"));
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}", 3);

        (await File.ReadAllTextAsync(Log(node))).ShouldContain("\"GET /within HTTP/1.1\" 200 5 ");
        (await node.MetricAsync("filternode_access_log_requests_total{result=\"written\"}")).ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_was_renamed_is_begun_anew()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await StartAsync(origin.Address);
        await node.Client.GetAsync(new Uri(node.Address, "/1"));
        await LinesAsync(node, 1);
        File.Move(Log(node), Log(node) + ".1");

        await node.Client.GetAsync(new Uri(node.Address, "/2"));

        Text((await LinesAsync(node, 1))[0], "path").ShouldBe("/2");
        File.ReadLines(Log(node) + ".1").Count().ShouldBe(1);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Log(node)).HasFlag(UnixFileMode.OtherRead).ShouldBeFalse("cookies are not for everybody");
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_told_once_and_stops_nothing()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin.Address), folder => Directory.CreateDirectory(Path.Combine(folder, "logs", "access.log")));
        for (var i = 1; i <= 3; i++)
        {
            (await node.Client.GetStringAsync(node.Address)).ShouldBe("hello");
            await node.ShouldComeToAsync(Failed, i);
        }

        Directory.Delete(Log(node));
        (await node.Client.GetStringAsync(new Uri(node.Address, "/good"))).ShouldBe("hello");

        Text((await LinesAsync(node, 1))[0], "path").ShouldBe("/good");
        await Eventually.Holds(() => node.Log.Count("is being written again") == 1, "it is told after the line is in the file");
        node.Log.Count("access log: ").ShouldBe(2);
        node.Log.Count("cannot be written").ShouldBe(1);
    }

    [Fact]
    [Trait("Category", "Root")]
    public async Task A_full_disk_costs_whole_lines_and_stops_nothing()
    {
        await using var origin = await TestOrigin.StartAsync();
        SmallDisk? disk = null;
        await using var node = await TestNode.StartAsync(Settings(origin.Address), folder => Directory.CreateDirectory(Path.Combine(folder, "logs")));
        await using (disk = await SmallDisk.MountAsync(Path.Combine(node.Folder, "logs")))
        {
            await node.Client.GetAsync(node.Address);
            await LinesAsync(node, 1);
            await disk.FillAsync();
            var failed = 0.0;
            await Eventually.Holds(
                async () =>
                {
                    (await node.Client.GetStringAsync(new Uri(node.Address, "/" + new string('x', 2_000)))).ShouldBe("hello");
                    return (failed = await node.MetricAsync(Failed)) > 0;
                },
                "the disk is full");

            disk.MakeRoom();
            await node.Client.GetAsync(new Uri(node.Address, "/last"));
            await Eventually.Holds(() => File.ReadLines(Log(node)).Last().Contains("/last", StringComparison.Ordinal), "it is written again");

            foreach (var line in File.ReadLines(Log(node)))
            {
                JsonDocument.Parse(line).RootElement.GetProperty("outcome").GetString().ShouldBe("passed");
            }
        }
    }

    private static JsonObject Settings(string origin, string format = "Json")
    {
        var settings = TestNode.Settings(origin);
        settings["FilterNode"]!["AccessLog"] = new JsonObject { ["Path"] = "logs/access.log", ["Format"] = format };
        return settings;
    }

    private static Task<TestNode> StartAsync(string origin, string format = "Json") => TestNode.StartAsync(Settings(origin, format));

    private static string Log(TestNode node) => Path.Combine(node.Folder, "logs", "access.log");

    private static async Task SendAsync(TestNode node, string request, bool dropped = false)
    {
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Encoding.Latin1.GetBytes(request));
        if (dropped)
        {
            (await client.ReadToEndAsync()).ShouldBe(("", true));
        }
        else
        {
            // To the end, so that the client does not go away before it.
            await client.ReadUntilAsync("\r\n0\r\n\r\n");
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> LinesAsync(TestNode node, int count)
    {
        string[] lines = [];
        await Eventually.Holds(() => (lines = File.Exists(Log(node)) ? File.ReadAllLines(Log(node)) : []).Length >= count && lines[^1].EndsWith('}'), $"{count} lines are written");
        lines.Length.ShouldBe(count);
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();
}
