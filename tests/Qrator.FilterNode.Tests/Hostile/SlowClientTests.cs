using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Hostile;

public sealed class SlowClientTests
{
    private const int Connections = 400;
    private static readonly string[] Reasons = ["slow_head", "slow_body", "slow_reader"];

    [Fact]
    public async Task Slow_heads_bodies_and_readers_are_cut_before_they_give_up_while_a_good_client_gets_every_answer()
    {
        var large = new byte[300_000];
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.Body.WriteAsync(context.Request.Path == "/large" ? large : "hello"u8.ToArray());
        });
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Limits"] = new System.Text.Json.Nodes.JsonObject { ["ConnectionsPerClient"] = 10_000 };
        await using var node = await NodeProcess.StartAsync(settings);

        // Whatever the node has not cut by then ends by itself after 25 seconds, and would not be counted.
        var attacks = Task.WhenAll(
            SlowAsync(node, "", "-H", "-i", "5"),
            SlowAsync(node, "", "-B", "-i", "5", "-s", "100000"),
            SlowAsync(node, "large", "-X", "-w", "256", "-y", "512", "-n", "5", "-z", "32"));
        var answers = 0;
        for (; !attacks.IsCompleted; answers++)
        {
            (await node.Client.GetStringAsync(node.Address)).ShouldBe("hello");
        }

        await attacks;
        answers.ShouldBeGreaterThan(100);
        var metrics = await node.Client.GetStringAsync(new Uri(node.AdminAddress, "metrics"));
        Reasons.ShouldAllBe(reason => Violations(metrics, reason) == Connections, metrics);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/a%20b")]
    public async Task A_client_that_has_taken_one_answer_and_does_not_read_the_next_is_cut(string path)
    {
        await using var origin = await TestOrigin.StartAsync(context => context.Response.Body.WriteAsync(new byte[context.Request.Query.ContainsKey("large") ? 20 << 20 : 5]).AsTask());
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadUntilAsync("\0\0\0\0\0");
        for (var i = 0; i < 5; i++)
        {
            // One look in three is at this connection.
            node.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await client.SendAsync($"GET {path}?large HTTP/1.1\r\nHost: x\r\n\r\n");
        await Eventually.Holds(() => origin.Requests == 2, "the second request is at the origin");
        await Eventually.Holds(
            async () =>
            {
                node.Time.Advance(TimeSpan.FromSeconds(1));
                return await node.CutAsync("slow_reader") == 1;
            },
            "the client is cut");
    }

    [Fact]
    public async Task An_idle_web_socket_and_a_client_that_reads_in_time_are_not_cut()
    {
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var message = await socket.ReceiveAsync(new byte[16], default);
            await socket.SendAsync("late"u8.ToArray(), message.MessageType, true, default);
        });
        var settings = TestNode.Settings(origin.Address);
        TestNode.Shop(settings)["Timeouts"] = new System.Text.Json.Nodes.JsonObject { ["Response"] = "01:00:00" };
        await using var node = await TestNode.StartAsync(settings);
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        await socket.ConnectAsync(new Uri(node.Address.ToString().Replace("http", "ws", StringComparison.Ordinal)), default);

        node.Time.Advance(TimeSpan.FromMinutes(59));
        await socket.SendAsync("late"u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Text, true, default);

        (await socket.ReceiveAsync(new byte[16], default)).Count.ShouldBe(4);
    }

    /// <summary>Runs slowhttptest for longer than the promise. What it says of its connections is not asked: reading slowly, it is slow to notice their end.</summary>
    private static Task SlowAsync(NodeProcess node, string path, params string[] mode) => Command.RunAsync(
        node.Folder, "", "slowhttptest",
        [.. mode, "-c", $"{Connections}", "-r", $"{Connections}", "-l", "25", "-p", "10", "-u", new Uri(node.Address, path).ToString()]);

    private static double Violations(string metrics, string reason) =>
        Sum(metrics, $"filternode_protocol_violations_total{{listener=\"127.0.0.1:0\",reason=\"{reason}\"");

    private static double Sum(string metrics, string series) =>
        metrics.Split('\n')
            .Where(line => line.StartsWith(series, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
}
