using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class ReloadTests
{
    private const string Succeeded = "filternode_config_reloads_total{result=\"success\"}";
    private const string Refused = "filternode_config_reloads_total{result=\"failure\"}";
    private const string LastSuccessful = "filternode_config_last_reload_successful";

    [Fact]
    public async Task A_change_takes_effect_and_the_node_says_so()
    {
        await using var two = await TwoOrigins.StartAsync();

        two.Node.Write(two.Pointing(to: two.Second));

        await Eventually.Holds(async () => await two.AskAsync() == "second", "the new origin answers");
        await Eventually.Holds(async () => await two.Node.MetricAsync(Succeeded) == 1, "the reload is counted");
        two.Node.Log.Count("configuration reloaded").ShouldBe(1);
    }

    [Fact]
    public async Task Ten_thousand_rules_are_taken_while_an_operator_watches()
    {
        const int Rules = 10_000;
        await using var two = await TwoOrigins.StartAsync();
        var settings = two.Pointing(to: two.Second);
        TestNode.Shop(settings)["UserRules"] = new JsonObject
        {
            ["Rules"] = new JsonArray([.. Enumerable.Range(0, Rules).Select(i => JsonNode.Parse($$"""
                { "Id": "r{{i}}", "Action": "Blacklist", "Ttl": "00:05:00", "When": { "Property": "UserAgent", "Operator": "contains", "Value": "bot-{{i}}" } }
                """))]),
        };

        two.Node.Write(settings);

        await Eventually.Holds(async () => await two.AskAsync() == "second", "the rules are in force");
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("{ \"FilterNode\": { \"Listeners\": [", "is not JSON: line 1")]
    [InlineData("{ \"FilterNode\": { \"Listeners\" } }", "is not JSON: line 1")]
    [InlineData("{}", "FilterNode:Services: missing")]
    [InlineData("[]", "a JSON object { ... } is expected")]
    [InlineData("{ \"FilterNode\": {}, \"filternode\": {} }", "stands there twice")]
    public async Task A_bad_file_is_refused_as_a_whole_said_once_and_the_next_good_one_is_taken(string bad, string says)
    {
        await using var two = await TwoOrigins.StartAsync();

        two.Node.Write(bad);
        await Eventually.Holds(async () => await two.Node.MetricAsync(LastSuccessful) == 0, "the bad change is seen");
        (await two.AskAsync()).ShouldBe("first");
        two.Node.Log.Count(says).ShouldBe(1);

        two.Node.Write(two.Pointing(to: two.Second));
        await Eventually.Holds(async () => await two.AskAsync() == "second", "the good change is taken");
        await Eventually.Holds(async () => await two.Node.MetricAsync(LastSuccessful) == 1, "the metric follows");
        (await two.Node.MetricAsync(Refused)).ShouldBe(1);
    }

    [Fact]
    public async Task A_file_written_in_halves_is_no_outage()
    {
        await using var two = await TwoOrigins.StartAsync();
        var text = two.Pointing(to: two.Second).ToJsonString();

        await using (var file = new StreamWriter(two.Node.SettingsPath))
        {
            await file.WriteAsync(text[..(text.Length / 2)]);
            await file.FlushAsync();
            await Eventually.Holds(async () => await two.Node.MetricAsync(LastSuccessful) == 0, "the half is seen and refused");
            (await two.AskAsync()).ShouldBe("first");
            await file.WriteAsync(text[(text.Length / 2)..]);
        }

        await Eventually.Holds(async () => await two.AskAsync() == "second", "the whole is taken");
    }

    [Fact]
    public async Task A_file_that_is_removed_leaves_the_configuration_in_force_and_put_back_it_is_taken()
    {
        await using var two = await TwoOrigins.StartAsync();

        File.Delete(two.Node.SettingsPath);
        await Eventually.Holds(async () => await two.Node.MetricAsync(LastSuccessful) == 0, "the removal is seen");
        two.Node.Log.Count("appsettings.json: is gone").ShouldBe(1);
        (await two.AskAsync()).ShouldBe("first");

        two.Node.Write(two.Pointing(to: two.Second));
        await Eventually.Holds(async () => await two.AskAsync() == "second", "the file put back is taken");
    }

    [Fact]
    public async Task A_link_that_is_switched_to_another_file_is_a_change_as_Kubernetes_makes_it()
    {
        await using var two = await TwoOrigins.StartAsync();
        foreach (var (version, origin) in (IEnumerable<(string, TestOrigin)>)[("v1", two.First), ("v2", two.Second)])
        {
            Directory.CreateDirectory(Path.Combine(two.Node.Folder, version));
            await File.WriteAllTextAsync(Path.Combine(two.Node.Folder, version, "appsettings.json"), two.Pointing(to: origin).ToJsonString());
        }

        var data = Path.Combine(two.Node.Folder, "..data");
        Directory.CreateSymbolicLink(data, "v1");
        File.Delete(two.Node.SettingsPath);
        File.CreateSymbolicLink(two.Node.SettingsPath, Path.Combine("..data", "appsettings.json"));
        await Eventually.Holds(async () => await two.Node.MetricAsync(LastSuccessful) == 1 && await two.Node.MetricAsync(Succeeded) > 0, "the link is read");
        (await two.AskAsync()).ShouldBe("first");

        Directory.CreateSymbolicLink(data + ".next", "v2");
        (await Command.RunAsync(two.Node.Folder, "", "mv", "-T", "..data.next", "..data")).ExitCode.ShouldBe(0);

        await Eventually.Holds(async () => await two.AskAsync() == "second", "the other file is taken");
    }

    [Fact]
    public async Task Of_ten_changes_in_a_second_the_last_is_in_force()
    {
        await using var two = await TwoOrigins.StartAsync();

        for (var i = 0; i < 10; i++)
        {
            two.Node.Write(two.Pointing(to: i % 2 == 0 ? two.First : two.Second));
            (await two.AskAsync()).ShouldBeOneOf("first", "second");
        }

        await Eventually.Holds(async () => await two.AskAsync() == "second", "the last change is in force");
        (await two.Node.MetricAsync(Refused)).ShouldBe(0);
    }

    [Fact]
    public async Task A_layer_for_the_environment_that_appears_is_taken()
    {
        await using var two = await TwoOrigins.StartAsync();
        var layer = new JsonObject { ["FilterNode"] = new JsonObject { ["Services"] = new JsonObject { ["shop"] = new JsonObject { ["Origins"] = new JsonArray(two.Second.Address) } } } };

        await File.WriteAllTextAsync(Path.Combine(two.Node.Folder, "appsettings.Production.json"), layer.ToJsonString());

        await Eventually.Holds(async () => await two.AskAsync() == "second", "the layer is taken");
    }

    [Fact]
    public async Task Lists_connections_and_requests_under_way_outlive_a_reload()
    {
        var release = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            if (context.Request.Path == "/slow")
            {
                await release.Task;
            }

            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "hello");
        });
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["HeaderFilter"] = JsonNode.Parse("""
            { "Rules": [ { "Id": "bad", "Header": "User-Agent", "Test": "Contains", "Value": "BadBot", "List": "Blacklist" } ] }
            """);
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.1") };
        await using var node = await TestNode.StartAsync(settings);
        using var listed = await RawClient.ConnectAsync(node.Address);
        await listed.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\nUser-Agent: BadBot\r\n\r\n");
        await listed.ReadUntilAsync("hello");
        using var open = await RawClient.ConnectAsync(node.Address);
        await open.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await open.ReadUntilAsync("hello");
        var slow = node.Client.GetStringAsync(new Uri(node.Address, "slow"));

        TestNode.Shop(settings)["Whitelist"] = new JsonArray("192.0.2.99");
        node.Write(settings);
        await Eventually.Holds(async () => await node.MetricAsync(Succeeded) == 1, "the change is in force");

        release.SetResult();
        (await slow).ShouldBe("hello");
        await open.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        (await open.ReadUntilAsync("hello")).ShouldContain("HTTP/1.1 200");
        await listed.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n");
        (await listed.ReadToEndAsync()).ShouldBe(("", true));
    }

    [Fact]
    public async Task Entries_that_a_rule_made_end_when_the_rule_is_removed()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["HeaderFilter"] = JsonNode.Parse("""
            { "Rules": [ { "Id": "bad", "Header": "User-Agent", "Test": "Contains", "Value": "BadBot", "List": "Blacklist" } ] }
            """);
        await using var node = await TestNode.StartAsync(settings);
        await HeaderFilterTests.SendAsync(node, "BadBot");
        (await HeaderFilterTests.SendAsync(node, "Mozilla")).ShouldBeNull();

        TestNode.Shop(settings).Remove("HeaderFilter");
        node.Write(settings);

        await Eventually.Holds(async () => await HeaderFilterTests.SendAsync(node, "Mozilla") is not null, "the entry ends with its rule");
    }

    [Fact]
    public async Task What_needs_a_restart_says_so_and_the_rest_takes_effect()
    {
        await using var two = await TwoOrigins.StartAsync();
        var settings = two.Pointing(to: two.Second);
        settings["FilterNode"]!["Listeners"]!.AsArray().Add(new JsonObject { ["Address"] = "127.0.0.1:1" });
        settings["FilterNode"]!["Admin"]!["Address"] = "127.0.0.1:2";
        settings["FilterNode"]!["State"] = new JsonObject { ["Database"] = "state.db" };
        settings["FilterNode"]!["Telemetry"] = new JsonObject { ["Endpoint"] = "http://127.0.0.1:3" };

        two.Node.Write(settings);

        await Eventually.Holds(async () => await two.Node.MetricAsync(Succeeded) == 1, "the change is taken");
        (await two.AskAsync()).ShouldBe("second");
        two.Node.Log.Count("FilterNode:Listeners: 127.0.0.1:0, 127.0.0.1:1 takes effect at the next restart").ShouldBe(1);
        two.Node.Log.Count("FilterNode:Admin:Address: 127.0.0.1:2 takes effect at the next restart").ShouldBe(1);
        two.Node.Log.Count("FilterNode:State:Database: state.db takes effect at the next restart; until then none stays").ShouldBe(1);
        two.Node.Log.Count("FilterNode:Telemetry: http://127.0.0.1:3/ with metrics each 00:01:00 with spans for 0.01 of the requests takes effect").ShouldBe(1);
    }

    private sealed class TwoOrigins : IAsyncDisposable
    {
        private TwoOrigins(TestOrigin first, TestOrigin second, TestNode node)
        {
            First = first;
            Second = second;
            Node = node;
        }

        public TestOrigin First { get; }

        public TestOrigin Second { get; }

        public TestNode Node { get; }

        public static async Task<TwoOrigins> StartAsync()
        {
            var first = await TestOrigin.StartAsync(context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "first"));
            var second = await TestOrigin.StartAsync(context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "second"));
            return new(first, second, await TestNode.StartAsync(first.Address));
        }

        public JsonObject Pointing(TestOrigin to) => TestNode.Settings(to.Address);

        public Task<string> AskAsync() => Node.Client.GetStringAsync(Node.Address);

        public async ValueTask DisposeAsync()
        {
            await Node.DisposeAsync();
            await First.DisposeAsync();
            await Second.DisposeAsync();
        }
    }
}
