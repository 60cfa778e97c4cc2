using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.State;

namespace Qrator.FilterNode.Kernel;

/// <summary>A node with a kernel set in a network of its own, which can be stopped and started again with the same state.</summary>
internal sealed class KernelNode : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromMinutes(2) };
    private readonly string? _path;
    private NodeProcess? _node;

    private KernelNode(NodeNetwork network, string? path)
    {
        Network = network;
        _path = path;
        Settings = JsonNode.Parse($$"""
            {
              "FilterNode": {
                "Listeners": [ { "Address": "[::]:8080" } ],
                "Admin": { "Address": "{{network.Address}}:9090", "Tokens": [ "secret" ] },
                "State": { "Database": "state.db" },
                "Kernel": { "Enabled": true, "Refusals": 3 },
                "Shutdown": { "Handover": "00:00:00" },
                "DemoOrigin": { "Address": "127.0.0.1:8081" },
                "Services": { "shop": { "Hosts": [ "*" ], "Origins": [ "127.0.0.1:8081" ] } }
              }
            }
            """)!.AsObject();
    }

    public NodeNetwork Network { get; }

    /// <summary>The section FilterNode, to be changed before a start.</summary>
    public JsonObject Settings { get; }

    public JsonObject Section => Settings["FilterNode"]!.AsObject();

    public NodeProcess Process => _node!;

    /// <summary>Where visitors connect.</summary>
    public Uri Address => new($"http://{Network.Address}:8080");

    /// <summary>The same by IPv6.</summary>
    public Uri IPv6Address => new($"http://[{Network.IPv6Address}]:8080");

    /// <param name="path">As in <see cref="NodeNetwork.StartAsync"/>.</param>
    public static async Task<KernelNode> CreateAsync(string? path = null) => new(await NodeNetwork.CreateAsync(), path);

    public async Task StartAsync()
    {
        await WriteSettingsAsync();
        _node = await Network.StartAsync(_folder.Path, _path);
    }

    public Task WriteSettingsAsync()
    {
        var next = _folder.File("next.json");
        File.WriteAllText(next, Settings.ToJsonString());
        File.Move(next, _folder.File("appsettings.json"), overwrite: true);
        return Task.CompletedTask;
    }

    public async Task StopAsync() => (await Process.TerminateAsync()).ShouldBe(0);

    public async Task CallAsync(string method, string parameters)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{Network.Address}:9090/request/service/shop"))
        {
            Content = JsonContent.Create(JsonNode.Parse($$"""{"method": "{{method}}", "params": {{parameters}}, "id": 1}""")),
        };
        request.Headers.Add("X-Qrator-Auth", "secret");
        using var response = await _client.SendAsync(request);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        answer.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null, answer.GetRawText());
    }

    public Task BlacklistAsync(string client, int seconds = 600) => CallAsync("blacklist_append", $"[[\"{client}\", {seconds.ToString(CultureInfo.InvariantCulture)}, \"\"]]");

    /// <summary>Comes as often as is too often, and is refused each time.</summary>
    public async Task ComeAsync(string client, Uri? address = null)
    {
        for (var i = 0; i < 3; i++)
        {
            (await RawClient.IsResetAsync(address ?? Address, client)).ShouldBeTrue();
        }
    }

    /// <summary>What a client gets for a request; nothing when it is refused.</summary>
    public async Task<string> AskAsync(string client, Uri? address = null)
    {
        using var connection = await RawClient.ConnectAsync(address ?? Address, client);
        try
        {
            await connection.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        }
        catch (SocketException)
        {
            // Reset before it could be sent.
            return "";
        }

        return (await connection.ReadToEndAsync()).Text;
    }

    /// <summary>Connects, and shows that the kernel throws the SYN and its repetition away.</summary>
    public async Task GetsNoAnswerAsync(string client, Uri? address = null)
    {
        var before = await MetricAsync(Dropped());
        using var giveUp = new CancellationTokenSource();
        var connecting = RawClient.ConnectAsync(address ?? Address, client, giveUp.Token);
        await Eventually.Holds(async () => await MetricAsync(Dropped()) >= before + 2, "the SYN and its repetition are dropped");
        connecting.IsCompleted.ShouldBeFalse();
        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(connecting);
    }

    public async Task<double> MetricAsync(string series)
    {
        var metrics = await _client.GetStringAsync(new Uri($"http://{Network.Address}:9090/metrics"));
        var line = metrics.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? double.NaN : double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public Task ShouldComeToAsync(string series, double value) =>
        Eventually.Holds(async () => await MetricAsync(series) == value, $"{series} is {value}; the log: {string.Join('\n', Process.Lines)}");

    public Task ShouldDropAsync(int clients, string listener = "[::]:8080") => ShouldComeToAsync(Entries(listener), clients);

    public static string Entries(string listener = "[::]:8080") => $"filternode_kernel_entries{{listener=\"{listener}\"}}";

    public static string Dropped(string listener = "[::]:8080") => $"filternode_kernel_dropped_packets_total{{listener=\"{listener}\"}}";

    public Task<string> NftAsync(params string[] arguments) => Network.InsideAsync(["nft", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        _client.Dispose();
        await Network.DisposeAsync();
        _folder.Dispose();
    }
}
