using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class ConnectionLimitTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private const string Open = "filternode_connections{listener=\"127.0.0.1:0\"}";

    [Fact]
    public async Task A_client_has_so_many_connections_and_no_more_while_others_come_in()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin, "ConnectionsPerClient", 2));
        using var first = await AskAsync(node, "127.0.0.2");
        using var second = await AskAsync(node, "127.0.0.2");

        (await RawClient.IsResetAsync(node.Address, "127.0.0.2")).ShouldBeTrue();
        await node.ShouldComeToAsync(Dropped("client_limit"), 1);
        using var other = await AskAsync(node, "127.0.0.3");

        first.Dispose();
        await Eventually.Holds(async () => await node.MetricAsync(Open) == 2, "one is gone");
        using var fourth = await AskAsync(node, "127.0.0.2");
    }

    [Fact]
    public async Task A_trusted_proxy_may_have_any_number()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = Settings(origin, "ConnectionsPerClient", 1);
        settings["FilterNode"]!["Clients"] = new JsonObject { ["TrustedProxies"] = new JsonArray("127.0.0.2") };
        await using var node = await TestNode.StartAsync(settings);

        using var first = await AskAsync(node, "127.0.0.2");
        using var second = await AskAsync(node, "127.0.0.2");
    }

    [Fact]
    public async Task The_limit_of_a_client_changes_while_the_node_runs()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin, "ConnectionsPerClient", 1));
        using var first = await AskAsync(node, "127.0.0.2");

        node.Write(Settings(origin, "ConnectionsPerClient", 2));
        await Eventually.Holds(async () => await node.MetricAsync("filternode_config_reloads_total{result=\"success\"}") == 1, "the change is taken");

        using var second = await AskAsync(node, "127.0.0.2");
    }

    [Theory]
    [InlineData("Connections", "over_limit")]
    [InlineData("ConnectionsPerClient", "client_limit")]
    public async Task However_connections_end_all_they_had_taken_is_free_again(string limit, string reason)
    {
        const int slots = 5;
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(Settings(origin, limit, slots));
        for (var round = 0; round < 10; round++)
        {
            await EndInEveryWayAsync(node);
        }

        await Eventually.Holds(async () => await node.MetricAsync(Open) == 0, "all are gone");
        var open = new List<RawClient>();
        for (var i = 0; i < slots; i++)
        {
            open.Add(await AskAsync(node, "127.0.0.2"));
        }

        var before = await node.MetricAsync(Dropped(reason));
        (await RawClient.IsResetAsync(node.Address, "127.0.0.2")).ShouldBeTrue();
        (await node.MetricAsync(Dropped(reason))).ShouldBe(before + 1);
        open.ForEach(client => client.Dispose());
    }

    // Whatever of it comes to more than there may be is refused, which is one more way to end.
    private static async Task EndInEveryWayAsync(TestNode node)
    {
        string[] beginnings =
        [
            "", "", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", "nonsense\r\n\r\n", Get, "GET / HT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense, nonsense",
        ];
        foreach (var (number, beginning) in beginnings.Index())
        {
            try
            {
                using var client = await RawClient.ConnectAsync(node.Address, "127.0.0.2");
                await client.SendAsync(beginning);
                if (number % 2 == 0)
                {
                    client.Reset();
                }
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Refused already.
                continue;
            }
        }
    }

    private static string Dropped(string reason) => $"filternode_connections_dropped_total{{listener=\"127.0.0.1:0\",reason=\"{reason}\"}}";

    private static JsonObject Settings(TestOrigin origin, string limit, int value)
    {
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Limits"] = new JsonObject { [limit] = value };
        return settings;
    }

    /// <summary>A connection that has got an answer and is still open.</summary>
    private static async Task<RawClient> AskAsync(TestNode node, string from)
    {
        var client = await RawClient.ConnectAsync(node.Address, from);
        await client.SendAsync(Get);
        (await client.ReadUntilAsync("hello")).ShouldStartWith("HTTP/1.1 200");
        return client;
    }
}
