using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;
using Qrator.FilterNode.Lists;

namespace Qrator.FilterNode;

/// <summary>The whole decision about a request that passes: lists of a million clients, and header rules that do not match.</summary>
[MemoryDiagnoser]
public class FilterDecisionBenchmarks
{
    private const int Listed = 1_000_000;
    private static readonly long Now = TimeSpan.FromDays(3).Ticks;

    private NodeSnapshot _node = null!;
    private uint _address;

    [Params(0, 10, 40)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Compile()
    {
        var rules = new JsonArray([.. Enumerable.Range(0, Rules).Select(i => new JsonObject
        {
            ["Id"] = $"rule-{i}", ["Header"] = "User-Agent", ["Test"] = "Contains", ["Value"] = $"BadBot-{i}", ["List"] = i % 4 == 0 ? "Whitelist" : "Blacklist",
        })]);
        var json = new JsonObject
        {
            ["Listeners"] = new JsonArray(new JsonObject { ["Address"] = "127.0.0.1:80" }),
            ["Services"] = new JsonObject
            {
                ["shop"] = new JsonObject { ["Hosts"] = new JsonArray("*"), ["Origins"] = new JsonArray("127.0.0.1:81"), ["HeaderFilter"] = new JsonObject { ["Rules"] = rules } },
            },
        };
        var errors = new ConfigErrors();
        var config = ConfigValidator.Read(Tree(ConfigValidator.Root, json), errors);
        if (!errors.None)
        {
            throw new InvalidOperationException(string.Join('\n', errors.All));
        }

        var store = new NodeStore(new NoJournal());
        _node = SnapshotCompiler.Compile(config, null, store);
        var blacklist = _node.Services[0].Store.Lists.Blacklist;
        var cause = blacklist.CauseOf(ListSource.Api, "");
        for (var i = 0; i < Listed; i++)
        {
            blacklist.Add(ClientKey.FromIPv4((uint)i), cause, Now, TimeSpan.FromHours(8), out _);
        }
    }

    [Benchmark]
    public VerdictAction Passing() =>
        RequestFilter.AtArrival(_node.HostsOf(0).Find("shop.example")!, ClientKey.FromIPv4(0x0A00_0000 | (_address++ & 0xFFFF)), new Browser(), Now).Action;

    private static ConfigNode Tree(string path, JsonNode? node) => node switch
    {
        JsonObject section => new(path, null, [.. section.Select(pair => Tree($"{path}:{pair.Key}", pair.Value))]),
        JsonArray list => new(path, list.Count == 0 ? "" : null, [.. list.Select((item, i) => Tree($"{path}:{i}", item))]),
        _ => new(path, node?.ToString(), []),
    };

    private readonly struct Browser : IRequestView
    {
        public long? ContentLength => null;

        public CountryCode Country => CountryCode.Unknown;

        public ClientKey Address => default;

        public string RequestId => "";

        public bool TryGetText(TextProperty property, string? name, out ReadOnlySpan<char> value)
        {
            value = property == TextProperty.UserAgent
                ? "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
                : "https://shop.example/catalog";
            return true;
        }
    }

    private sealed class NoJournal : IListJournal
    {
        public void Listed(ListingRecord record)
        {
        }

        public void Removed(RemovalRecord record)
        {
        }

        public void Cleared(ClearingRecord record)
        {
        }
    }
}
