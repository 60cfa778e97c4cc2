using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Qrator.FilterNode.Configuration;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A whole node on ports of its own, with its configuration in a folder of its own.</summary>
public sealed class TestNode : IAsyncDisposable
{
    // Nobody takes over from a test's node, so that there is nothing to wait for when it stops.
    private static readonly string[] NoHandover = ["--FilterNode:Shutdown:Handover=00:00:00"];

    private readonly ILoggerFactory _loggers;
    private readonly NodeHost _host;

    private TestNode(string folder, TestTimeProvider time)
    {
        Folder = folder;
        Time = time;
        Log = new();
        _loggers = LoggerFactory.Create(logging => logging
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error)
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.None)
            .AddFilter("Yarp", LogLevel.None)
            .AddProvider(Log));
        _host = new(new ConfigurationFiles(folder, "Production", NoHandover), _loggers, time);
        Client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1 }) { Timeout = TimeSpan.FromMinutes(2) };
    }

    public string Folder { get; }

    public TestTimeProvider Time { get; }

    public CollectedLog Log { get; }

    public HttpClient Client { get; }

    public Uri Address => _host.Addresses[0];

    public IReadOnlyList<Uri> Addresses => _host.Addresses;

    public Uri AdminAddress => _host.AdminAddress!;

    public string SettingsPath => Path.Combine(Folder, "appsettings.json");

    internal NodeHost Host => _host;

    /// <summary>Starts a node with one service "shop" for every host in front of these origins.</summary>
    public static Task<TestNode> StartAsync(params IReadOnlyList<string> origins) => StartAsync(Settings(origins));

    /// <summary>Starts a node; <paramref name="prepare"/> may put files into its folder before.</summary>
    public static async Task<TestNode> StartAsync(JsonNode settings, Action<string>? prepare = null)
    {
        var folder = Directory.CreateTempSubdirectory("filternode-").FullName;
        prepare?.Invoke(folder);
        var node = new TestNode(folder, new());
        node.Write(settings);
        var errors = await node._host.StartAsync();
        errors.ShouldBeEmpty();
        return node;
    }

    /// <summary>
    /// The smallest configuration: a listener, the admin listener, and the service "shop" for every host. Early drop is off, so that a
    /// blacklisted client still gets as far as sending requests, which are what most tests count.
    /// </summary>
    public static JsonObject Settings(params IReadOnlyList<string> origins) => JsonNode.Parse($$"""
        {
          "FilterNode": {
            "Listeners": [ { "Address": "127.0.0.1:0" } ],
            "Admin": { "Address": "127.0.0.1:0", "Tokens": [ "secret" ] },
            "Limits": { "ConnectionsPerClient": 100000 },
            "Services": { "shop": { "Hosts": [ "*" ], "EarlyDrop": "Off", "Origins": {{JsonSerializer.Serialize(origins)}} } }
          }
        }
        """)!.AsObject();

    /// <summary>The section of the service "shop", to be changed before the start.</summary>
    public static JsonObject Shop(JsonNode settings) => settings["FilterNode"]!["Services"]!["shop"]!.AsObject();

    /// <summary>Replaces appsettings.json in one step.</summary>
    public void Write(JsonNode settings) => Write(settings.ToJsonString());

    public void Write(string settings)
    {
        var next = SettingsPath + ".next";
        File.WriteAllText(next, settings);
        File.Move(next, SettingsPath, overwrite: true);
    }

    public async Task<string> MetricsAsync() => await Client.GetStringAsync(new Uri(AdminAddress, "metrics"));

    /// <summary>The value of one series, written as in the exposition; 0 when it is not there.</summary>
    public async Task<double> MetricAsync(string series)
    {
        var line = (await MetricsAsync()).Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Waits for a series to have this value: a request is counted a moment after its client has seen the end.</summary>
    public async Task ShouldComeToAsync(string series, double value)
    {
        var last = double.NaN;
        try
        {
            await Eventually.Holds(async () => (last = await MetricAsync(series)) == value, series);
        }
        catch (TimeoutException)
        {
            last.ShouldBe(value, series);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _host.StopAsync(hurry.Token);
        await _host.DisposeAsync();
        _loggers.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
