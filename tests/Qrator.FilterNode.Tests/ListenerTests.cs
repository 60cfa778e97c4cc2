using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections.Features;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

public sealed class ListenerTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    [Fact]
    public async Task One_address_of_a_port_may_have_a_listener_beside_the_one_for_all_addresses()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Services"]!["blog"] = JsonNode.Parse($$"""{ "Hosts": ["blog.example"], "Origins": ["{{origin.Address}}"] }""");
        var port = FreePort.Next();
        settings["FilterNode"]!["Listeners"] = JsonNode.Parse($$"""
            [ { "Address": "0.0.0.0:{{port}}", "Services": ["blog"] }, { "Address": "127.0.0.2:{{port}}", "Services": ["shop"] } ]
            """);
        await using var node = await TestNode.StartAsync(settings);

        (await AskAsync($"127.0.0.1:{port}", "shop.example")).ShouldBe("");
        (await AskAsync($"127.0.0.1:{port}", "blog.example")).ShouldContain("hello");
        (await AskAsync($"127.0.0.2:{port}", "shop.example")).ShouldContain("hello");
    }

    [Fact]
    public async Task The_listener_for_all_of_IPv6_takes_IPv4_too_and_says_which_port_it_got()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["Listeners"]![0]!["Address"] = "[::]:0";
        settings["FilterNode"]!["Limits"] = new JsonObject { ["ConnectionsPerClient"] = 1 };
        await using var node = await TestNode.StartAsync(settings);

        (await AskAsync($"127.0.0.1:{node.Address.Port}", "x")).ShouldContain("hello");
        using var overIPv6 = new HttpClient();
        (await overIPv6.GetStringAsync(new Uri($"http://[::1]:{node.Address.Port}/"))).ShouldBe("hello");
    }

    [Fact]
    public async Task Connections_have_the_socket_and_the_buffers_that_Kestrel_would_give_them()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync(Get);
        await client.ReadUntilAsync("hello");

        var looked = 0;
        var value = new byte[8];
        node.Host.Gates[0].Store.Connections.ForEach(0, (connection, _) =>
        {
            looked++;
            // TCP_NODELAY, SO_LINGER (tcp(7), socket(7))
            connection.Socket.GetOption(level: 6, option: 1, value).ShouldBe(4);
            value[0].ShouldBe((byte)1);
            connection.Socket.GetOption(level: 1, option: 13, value).ShouldBe(8);
            value[0].ShouldBe((byte)0);
            connection.Transport.RemoteEndPoint.ShouldBe(client.LocalEndPoint);
            connection.Transport.Features.Get<IMemoryPoolFeature>()!.MemoryPool.GetType().Name.ShouldBe("PinnedBlockMemoryPool");
        });
        looked.ShouldBe(1);
    }

    [Fact]
    public async Task Connections_never_take_the_last_file_descriptors()
    {
        await using var origin = await TestOrigin.StartAsync();
        var folder = Directory.CreateTempSubdirectory("filternode-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), TestNode.Settings(origin.Address).ToJsonString());
        await using var node = await NodeProcess.StartAsync(folder, "prlimit", "--nofile=600:600", "dotnet", NodeProcess.Dll);
        var clients = new List<RawClient>();
        for (var i = 0; i < 600; i++)
        {
            clients.Add(await RawClient.ConnectAsync(node.Address));
        }

        await Eventually.Holds(async () => await MetricAsync(node, "reason=\"over_limit\"") > 0, "it refuses");
        node.Lines.ShouldContain(line => line.Contains("file descriptors for 258 connections only", StringComparison.Ordinal));
        (await MetricAsync(node, "filternode_accept_failures_total")).ShouldBe(0);
        clients.ForEach(client => client.Reset());

        await Eventually.Holds(async () => await MetricAsync(node, "filternode_connections{") == 0, "all are gone");
        (await node.Client.GetStringAsync(node.Address)).ShouldBe("hello");
    }

    [Fact]
    public async Task When_descriptors_have_run_out_connections_wait_and_are_served_when_there_are_some_again()
    {
        await using var origin = await TestOrigin.StartAsync();
        for (var deaths = 0; ; deaths++)
        {
            await using var node = await NodeProcess.StartAsync(TestNode.Settings(origin.Address));
            try
            {
                await ShouldServeWhatHadToWaitAsync(node);
                return;
            }
            catch (Exception exception) when (deaths < 5 && exception is (IOException or SocketException or HttpRequestException))
            {
                // The runtime ends a process that it cannot give another thread, which takes descriptors too: then this has shown nothing.
                await Eventually.Holds(() => node.Lines.Contains("Out of memory."), "it is the runtime that has ended it");
            }
        }
    }

    private static async Task ShouldServeWhatHadToWaitAsync(NodeProcess node) => await Eventually.Holds(
        async () =>
        {
            // No longer than a connection takes to come.
            LimitDescriptors(node, 10);
            using var waiting = await RawClient.ConnectAsync(node.Address);
            LimitDescriptors(node, 4_096);
            await waiting.SendAsync(Get);
            (await waiting.ReadUntilAsync("hello")).ShouldStartWith("HTTP/1.1 200");
            return await MetricAsync(node, "filternode_accept_failures_total") > 2;
        },
        "accepting has failed now and then");

    // Whatever is open already stays.
    private static void LimitDescriptors(NodeProcess node, ulong soft)
    {
        var limits = new Limits { Soft = soft, Hard = 4_096 };
        SetLimits(node.Process.Id, descriptors: 7, ref limits, 0).ShouldBe(0);
    }

    [DllImport("libc", EntryPoint = "prlimit64")]
    private static extern int SetLimits(int process, int descriptors, ref Limits limits, nint before);

    private static async Task<double> MetricAsync(NodeProcess node, string series)
    {
        var text = await node.Client.GetStringAsync(new Uri(node.AdminAddress, "metrics"));
        var line = text.Split('\n').First(line => line.Contains(series, StringComparison.Ordinal) && !line.StartsWith('#'));
        return double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
    }

    private static async Task<string> AskAsync(string address, string host)
    {
        using var client = await RawClient.ConnectAsync(new Uri($"http://{address}"));
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        return (await client.ReadToEndAsync()).Text;
    }

    // struct rlimit64 (prlimit(2)).
    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
