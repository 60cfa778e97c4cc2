using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.State;

public sealed class ReadinessTests : IDisposable
{
    private const int Entries = 50_000;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task From_the_first_answer_that_the_node_is_ready_all_who_were_listed_are_on_the_list()
    {
        await using var origin = await TestOrigin.StartAsync();
        var admin = $"127.0.0.1:{FreePort.Next()}";
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Admin"]!["Address"] = admin;
        settings["FilterNode"]!["State"] = new JsonObject { ["Database"] = "state.db" };
        await File.WriteAllTextAsync(_folder.File("appsettings.json"), settings.ToJsonString());
        await using (var node = await StartAsync())
        {
            await AppendAsync(node);
            (await node.TerminateAsync()).ShouldBe(0);
        }

        // Asked all the time from before the start.
        using var client = new HttpClient(new SocketsHttpHandler());
        var starting = StartAsync();
        await Eventually.Holds(() => IsReadyAsync(client, admin), "the node is ready");
        var metrics = await client.GetStringAsync(new Uri($"http://{admin}/metrics"));
        await using var again = await starting;
        metrics.ShouldContain($"filternode_list_entries{{service=\"shop\",list=\"blacklist\",source=\"api\"}} {Entries}\n");
    }

    public void Dispose() => _folder.Dispose();

    private Task<NodeProcess> StartAsync() => NodeProcess.StartAsync(_folder.Path, "dotnet", NodeProcess.Dll);

    private static async Task AppendAsync(NodeProcess node)
    {
        var entries = new JsonArray([.. Enumerable.Range(0, Entries).Select(i => new JsonArray($"203.{i >> 16}.{(i >> 8) & 255}.{i & 255}", 0, ""))]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.AdminAddress, "request/service/shop"))
        {
            Content = JsonContent.Create(new JsonObject { ["method"] = "blacklist_append", ["params"] = entries, ["id"] = 1 }),
        };
        request.Headers.Add("X-Qrator-Auth", "secret");
        using var response = await node.Client.SendAsync(request);
        (await response.Content.ReadAsStringAsync()).ShouldBe($$"""{"result":{{Entries}},"error":null,"id":1}""");
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, string admin)
    {
        try
        {
            using var response = await client.GetAsync(new Uri($"http://{admin}/readyz"));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // Nothing listens yet.
            return false;
        }
    }
}
