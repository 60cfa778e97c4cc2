using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class OwnPagesTests
{
    private const string Nobody = "127.0.0.1:1";
    private const string Page = "<p>ours: {request_id} at {time}</p>";

    [Fact]
    public async Task A_page_of_the_service_replaces_the_nodes_own_with_request_id_and_time_in_their_places()
    {
        await using var node = await StartAsync(Page);

        using var response = await node.Client.GetAsync(node.Address);

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        response.Headers.CacheControl!.ToString().ShouldBe("no-store");
        (await response.Content.ReadAsStringAsync()).ShouldMatch("^<p>ours: [0-9a-f]{32} at [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC</p>$");
    }

    [Fact]
    public async Task Only_the_status_that_it_stands_for_is_replaced()
    {
        await using var node = await StartAsync(Page, settings => TestNode.Shop(settings)["InFlightBodyBytes"] = 1);

        using var tooLarge = await node.Client.PostAsync(node.Address, new StringContent("more"));

        (await tooLarge.Content.ReadAsStringAsync()).ShouldContain("QRATOR");
    }

    [Theory]
    [InlineData(413)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Every_status_can_have_its_page(int status)
    {
        var silent = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async _ => await silent.Task);
        var settings = TestNode.Settings(status == 504 ? origin.Address : Nobody);
        var shop = TestNode.Shop(settings);
        shop["ErrorPages"] = new JsonObject { [$"{status}"] = "own.html" };
        shop["InFlightBodyBytes"] = status == 413 ? 1 : 100;
        shop["Maintenance"] = new JsonObject { ["Enabled"] = status == 503 };
        shop["Timeouts"] = new JsonObject { ["Response"] = "00:00:00.200" };
        await using var node = await TestNode.StartAsync(settings, folder => File.WriteAllText(Path.Combine(folder, "own.html"), "ours"));

        using var response = await node.Client.PostAsync(node.Address, new StringContent("body"));

        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldBe("ours");
        silent.SetResult();
    }

    [Fact]
    public async Task A_changed_page_is_taken_while_the_node_runs()
    {
        await using var node = await StartAsync("first");
        (await AskAsync(node)).ShouldBe("first");

        await File.WriteAllTextAsync(PageOf(node), "second");

        await Eventually.Holds(async () => await AskAsync(node) == "second", "the changed page is sent");
    }

    [Fact]
    public async Task A_page_that_is_gone_or_emptied_is_refused_and_the_one_before_stays_until_the_next_good_one()
    {
        await using var node = await StartAsync("first");

        File.Delete(PageOf(node));
        await Eventually.Holds(async () => await node.MetricAsync("filternode_config_last_reload_successful") == 0, "the loss is seen");
        (await AskAsync(node)).ShouldBe("first");
        node.Log.Count("FilterNode:Services:shop:ErrorPages:502: pages/own.html cannot be read: ").ShouldBe(1);

        await File.WriteAllTextAsync(PageOf(node), "");
        await Eventually.Holds(() => node.Log.Count("FilterNode:Services:shop:ErrorPages:502: pages/own.html is empty; an HTML page") == 1, "the empty page is refused");
        (await AskAsync(node)).ShouldBe("first");

        await File.WriteAllTextAsync(PageOf(node), "second");
        await Eventually.Holds(async () => await AskAsync(node) == "second", "the page put back is taken");
        (await node.MetricAsync("filternode_config_last_reload_successful")).ShouldBe(1);
    }

    [Fact]
    public async Task All_pages_that_cannot_be_used_are_reported_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("filternode-").FullName;
        var settings = TestNode.Settings(Nobody);
        TestNode.Shop(settings)["ErrorPages"] = new JsonObject { ["502"] = "absent.html", ["504"] = "large.html", ["429"] = "latin.html" };
        TestNode.Shop(settings)["Maintenance"] = new JsonObject { ["Page"] = "." };
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), settings.ToJsonString());
        await File.WriteAllBytesAsync(Path.Combine(folder, "large.html"), new byte[(1 << 20) + 1]);
        await File.WriteAllBytesAsync(Path.Combine(folder, "latin.html"), [0xE9]);

        var (exit, _, errors) = await Command.RunAsync(folder, "", "dotnet", NodeProcess.Dll, "--check-config");

        exit.ShouldBe(2);
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(4);
        lines[0].ShouldBe("FilterNode:Services:shop:ErrorPages:429: latin.html is not UTF-8; save it so");
        lines[1].ShouldStartWith("FilterNode:Services:shop:ErrorPages:502: absent.html cannot be read: ");
        lines[2].ShouldBe("FilterNode:Services:shop:ErrorPages:504: large.html has 1048577 bytes; at most 1048576");
        lines[3].ShouldStartWith("FilterNode:Services:shop:Maintenance:Page: . cannot be read: ");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_megabyte_arrives_whole()
    {
        var page = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i:D9}\n")) + "{time}";
        await using var node = await StartAsync(page);

        var answer = await AskAsync(node);

        answer.ShouldStartWith(page[..^"{time}".Length]);
        answer.ShouldEndWith(" UTC");
    }

    [Fact]
    public async Task HEAD_JSON_and_gRPC_are_answered_in_kind_also_with_a_page_of_the_service()
    {
        await using var node = await StartAsync(Page);
        using var head = await node.Client.SendAsync(new(HttpMethod.Head, node.Address));
        head.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        head.Content.Headers.ContentLength.ShouldBe(Page.Length - "{request_id}{time}".Length + 32 + 23);
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();

        using var json = await node.Client.SendAsync(new(HttpMethod.Get, node.Address) { Headers = { Accept = { new("application/json") } } });
        using var problem = JsonDocument.Parse(await json.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("title").GetString().ShouldBe("Bad Gateway");

        using var grpc = await node.Client.SendAsync(new(HttpMethod.Post, node.Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new("application/grpc") } },
        });
        grpc.Headers.GetValues("grpc-status").ShouldBe(["14"]);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(413)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_the_origin_says_passes_byte_for_byte_whatever_pages_the_service_has(int status)
    {
        var body = new string([.. Enumerable.Range(0, 256).Select(c => (char)c)]);
        string[] head = [$"HTTP/1.1 {status} Own Words", "Content-Length: 256", "Content-Type: application/x-own", "Retry-After: 7", "Cache-Control: public", "X-Own: a, b", "Set-Cookie: a=b", "Set-Cookie: c=d"];
        await using var origin = new RawOrigin($"{string.Join("\r\n", head)}\r\nConnection: close\r\n\r\n{body}");
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["ErrorPages"] = new JsonObject { ["413"] = "own.html", ["429"] = "own.html", ["502"] = "own.html", ["503"] = "own.html", ["504"] = "own.html" };
        await using var node = await TestNode.StartAsync(settings, folder => File.WriteAllText(Path.Combine(folder, "own.html"), Page));
        using var client = await RawClient.ConnectAsync(node.Address);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nConnection: close\r\n\r\n");

        var (text, _) = await client.ReadToEndAsync();
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        text[(end + 4)..].ShouldBe(body);
        text[..end].Split("\r\n").Where(line => !line.StartsWith("Date:", StringComparison.Ordinal) && !line.StartsWith("Connection:", StringComparison.Ordinal)).ShouldBe(head, ignoreOrder: true);
        (await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}")).ShouldBe(1);
    }

    private static Task<TestNode> StartAsync(string page, Action<JsonObject>? change = null)
    {
        var settings = TestNode.Settings(Nobody);
        TestNode.Shop(settings)["ErrorPages"] = new JsonObject { ["502"] = "pages/own.html" };
        change?.Invoke(settings);
        return TestNode.StartAsync(settings, folder =>
        {
            Directory.CreateDirectory(Path.Combine(folder, "pages"));
            File.WriteAllText(Path.Combine(folder, "pages", "own.html"), page);
        });
    }

    private static string PageOf(TestNode node) => Path.Combine(node.Folder, "pages", "own.html");

    private static async Task<string> AskAsync(TestNode node)
    {
        using var response = await node.Client.GetAsync(node.Address);
        return await response.Content.ReadAsStringAsync();
    }
}
