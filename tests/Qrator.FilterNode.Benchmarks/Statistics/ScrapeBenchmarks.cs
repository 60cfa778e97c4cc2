using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Metrics;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode;

/// <summary>One scrape of a node with 100 services, 16 origins each and 1,000 rules in all, every counter of which has counted.</summary>
[MemoryDiagnoser]
public class ScrapeBenchmarks
{
    private const int Services = 100;
    private const int Origins = 16;
    private const int RulesOfService = 10;

    private readonly string _folder = Directory.CreateTempSubdirectory("scrape-").FullName;
    private readonly FrameworkMeters _meters = new();
    private NodeMetrics? _metrics;

    /// <summary>Reads the configuration and counts.</summary>
    [GlobalSetup]
    public void Start()
    {
        File.WriteAllText(Path.Combine(_folder, "appsettings.json"), Settings().ToJsonString());
        var clock = new NodeClock(TimeProvider.System);
        var store = new NodeStore(new ListJournals(new DecisionRing()));
        var door = new ConfigurationDoor(
            new(new ConfigurationFiles(_folder, "Production", []), TimeProvider.System), store, clock, NullLogger<ConfigurationDoor>.Instance);
        var errors = door.TryApply();
        if (errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join('\n', errors));
        }

        foreach (var service in store.Services)
        {
            Count(service);
        }

        _metrics = new(door, store, [new ListenerStore("0.0.0.0:80")], _meters, clock, new(), null, new(["0.0.0.0:80"]));
    }

    [GlobalCleanup]
    public void Stop()
    {
        _meters.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public int Scrape()
    {
        using var page = _metrics!.Read();
        return page.Text.Length;
    }

    private static void Count(ServiceStore service)
    {
        foreach (var outcome in Enum.GetValues<Outcome>())
        {
            service.Requests.Count(outcome);
        }

        foreach (var code in (ReadOnlySpan<int>)[200, 204, 301, 302, 304, 400, 404, 429, 500, 502, 503, 504])
        {
            service.Requests.CountResponse(code);
        }

        service.Requests.Durations.Count(12_345);
    }

    private static JsonObject Settings()
    {
        var services = new JsonObject();
        for (var i = 0; i < Services; i++)
        {
            var rules = new JsonArray();
            for (var rule = 0; rule < RulesOfService; rule++)
            {
                rules.Add(new JsonObject
                {
                    ["Id"] = $"rule-{rule}",
                    ["Header"] = "User-Agent",
                    ["Test"] = "Contains",
                    ["Value"] = $"bad bot {rule}",
                    ["List"] = "Blacklist",
                    ["Ttl"] = "00:30:00",
                });
            }

            services[$"service-{i}"] = new JsonObject
            {
                ["Hosts"] = new JsonArray($"host-{i}.example"),
                ["Origins"] = new JsonArray([.. Enumerable.Range(0, Origins).Select(origin => (JsonNode)$"10.0.{i}.{origin}:80")]),
                ["HeaderFilter"] = new JsonObject { ["Enabled"] = true, ["Rules"] = rules },
            };
        }

        return new()
        {
            ["FilterNode"] = new JsonObject
            {
                ["Listeners"] = new JsonArray(new JsonObject { ["Address"] = "127.0.0.1:0" }),
                ["Admin"] = new JsonObject { ["Address"] = "127.0.0.1:0", ["Tokens"] = new JsonArray("secret") },
                ["Services"] = services,
            },
        };
    }
}
