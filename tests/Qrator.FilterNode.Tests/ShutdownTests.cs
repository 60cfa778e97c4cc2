using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class ShutdownTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    [Fact]
    public async Task A_second_node_takes_over_the_port_without_one_connection_lost()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Listeners"]![0]!["Address"] = $"127.0.0.1:{FreePort.Next()}";
        await using var first = await NodeProcess.StartAsync(settings);
        using var over = new CancellationTokenSource();
        var answers = new ConcurrentBag<string>();
        var asking = Enumerable.Range(0, 64).Select(_ => AskOnAndOnAsync(first.Address, answers, over.Token)).ToList();
        await Eventually.Holds(() => answers.Count > 100, "the first node answers");

        await using var second = await NodeProcess.StartAsync(settings);
        (await first.TerminateAsync()).ShouldBe(0);
        var withSecond = answers.Count;
        await Eventually.Holds(() => answers.Count > withSecond + 100, "the second node answers alone");
        await over.CancelAsync();
        await Task.WhenAll(asking);

        answers.Where(answer => answer != "answered").ShouldBeEmpty();
    }

    [Fact]
    public async Task While_it_hands_over_the_old_node_serves_who_has_connected_and_the_new_one_all_others()
    {
        await using var firstOrigin = await TestOrigin.StartAsync(context => context.Response.WriteAsync("first"));
        await using var secondOrigin = await TestOrigin.StartAsync(context => context.Response.WriteAsync("second"));
        var settings = TestNode.Settings(firstOrigin.Address);
        settings["FilterNode"]!["Listeners"]![0]!["Address"] = $"127.0.0.1:{FreePort.Next()}";
        settings["FilterNode"]!["Shutdown"] = new JsonObject { ["Handover"] = "00:00:05" };
        await using var first = await NodeProcess.StartAsync(settings);
        using var early = await RawClient.ConnectAsync(first.Address);
        TestNode.Shop(settings)["Origins"] = new JsonArray(secondOrigin.Address);
        await using var second = await NodeProcess.StartAsync(settings);

        var exit = first.TerminateAsync();

        // A kernel that still gave the old node its half would need a million tries for this.
        await Eventually.Holds(
            async () => (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(first.Address)))).All(answer => answer.Contains("second", StringComparison.Ordinal)),
            "all that is new goes to the second node");
        exit.IsCompleted.ShouldBeFalse();
        await early.SendAsync(Get);
        (await early.ReadUntilAsync("first")).ShouldStartWith("HTTP/1.1 200");
        (await exit).ShouldBe(0);
    }

    [Fact]
    public async Task Requests_under_way_are_finished_and_their_connections_closed()
    {
        var answer = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await answer.Task;
            await context.Response.WriteAsync("hello");
        });
        await using var node = await NodeProcess.StartAsync(Settings(origin));
        using var idle = await RawClient.ConnectAsync(node.Address);
        using var busy = await RawClient.ConnectAsync(node.Address);
        await busy.SendAsync(Get);
        await Eventually.Holds(() => origin.Requests == 1, "the request is at the origin");
        using var later = await RawClient.ConnectAsync(node.Address);
        await Eventually.Holds(
            async () => (await node.Client.GetStringAsync(new Uri(node.AdminAddress, "metrics"))).Contains("filternode_connections{listener=\"127.0.0.1:0\"} 3\n", StringComparison.Ordinal),
            "all are open");

        var exit = node.TerminateAsync();

        // The one between them knows too by then.
        (await idle.ReadToEndAsync()).ShouldBe(("", false));
        (await later.ReadToEndAsync()).ShouldBe(("", false));
        await Eventually.Holds(() => RawClient.IsRefusedAsync(node.Address), "nothing listens any more");
        answer.SetResult();
        var (text, reset) = await busy.ReadToEndAsync();
        text.ShouldContain("hello");
        text.ShouldContain("Connection: close");
        reset.ShouldBeFalse();
        (await exit).ShouldBe(0);
    }

    [Fact]
    public async Task Requests_that_take_longer_than_the_grace_are_cut_and_the_node_ends_as_it_should()
    {
        await using var origin = await TestOrigin.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var node = await NodeProcess.StartAsync(Settings(origin, grace: "00:00:01"));
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Get);
        await Eventually.Holds(() => origin.Requests == 1, "the request is at the origin");

        (await node.TerminateAsync()).ShouldBe(0);

        (await client.ReadToEndAsync()).Text.ShouldBe("");
        node.Lines.ShouldContain(line => line.Contains("stopped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_http2_the_client_is_told_to_go_away_and_its_stream_is_finished()
    {
        var answer = new TaskCompletionSource();
        await using var origin = await TestOrigin.StartAsync(async context =>
        {
            await answer.Task;
            await context.Response.WriteAsync("hello");
        });
        await using var node = await NodeProcess.StartAsync(Settings(origin));
        using var client = await RawClient.ConnectAsync(node.Address);
        byte[] bytes = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Http2Frames.Settings, .. Http2Frames.Get(stream: 1, authority: "x")];
        await client.SendAsync(bytes);
        await Eventually.Holds(() => origin.Requests == 1, "the request is at the origin");

        var exit = node.TerminateAsync();
        await Eventually.Holds(() => RawClient.IsRefusedAsync(node.Address), "nothing listens any more");
        answer.SetResult();

        var text = await client.ReadUntilAsync("hello");
        Http2Frames.Types(text).ShouldContain(Http2Frames.GoAwayType);
        text.ShouldContain("hello");
        client.Dispose();
        (await exit).ShouldBe(0);
    }

    [Fact]
    public async Task A_client_that_ignores_the_word_to_go_away_does_not_hold_the_node()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await NodeProcess.StartAsync(Settings(origin, grace: "00:10:00"));
        byte[] greeting = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Http2Frames.Settings];
        byte[] request = [.. greeting, .. Http2Frames.Get(stream: 1, authority: "x")];
        using var silent = await RawClient.ConnectAsync(node.Address);
        await silent.SendAsync(greeting);
        using var served = await RawClient.ConnectAsync(node.Address);
        await served.SendAsync(request);
        await served.ReadUntilAsync("hello");

        var exit = node.TerminateAsync();

        await Eventually.Holds(() => exit.IsCompleted, "the node ends, although nobody closes");
        (await exit).ShouldBe(0);
    }

    private static async Task<string> AskAsync(Uri address)
    {
        using var client = await RawClient.ConnectAsync(address);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return (await client.ReadToEndAsync()).Text;
    }

    private static async Task AskOnAndOnAsync(Uri address, ConcurrentBag<string> answers, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                var text = await AskAsync(address);
                answers.Add(text.Contains("hello", StringComparison.Ordinal) ? "answered" : $"got \"{text}\"");
            }
            catch (SocketException exception)
            {
                answers.Add(exception.SocketErrorCode.ToString());
            }
        }
    }

    /// <summary>Without waiting for another node to take over.</summary>
    private static JsonObject Settings(TestOrigin origin, string grace = "00:00:30")
    {
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Shutdown"] = new JsonObject { ["Grace"] = grace, ["Handover"] = "00:00:00" };
        return settings;
    }
}
