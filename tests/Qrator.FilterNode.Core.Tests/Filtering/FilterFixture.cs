using System.Net;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.Filtering;

/// <summary>One service called shop, configured by the JSON of its section, with a clock that is moved by hand.</summary>
internal sealed class FilterFixture
{
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public FilterFixture(string service) => Apply(service);

    public NodeStore Store { get; } = new(new RecordingJournal());

    public NodeSnapshot Snapshot { get; private set; } = null!;

    public ServiceSnapshot Service => Snapshot.Services.Single(service => service.Name == "shop");

    public ServiceLists Lists => Service.Store.Lists;

    public long Now { get; set; } = TimeSpan.FromDays(2).Ticks;

    /// <summary>A reload: what the host's door does with a good configuration. Returns how many entries ended.</summary>
    public int Apply(string service, string more = "")
    {
        Compile(service, more);
        return SnapshotCompiler.Retire(Snapshot, Store, Now);
    }

    /// <summary>The first half of a reload: the snapshot is in force, nothing is retired yet.</summary>
    public void Compile(string service, string more = "")
    {
        var json = $$"""
            { "FilterNode": {
                "Listeners": [ { "Address": "127.0.0.1:0" } ],
                "Services": { "shop": { "Hosts": ["shop.example"], "Origins": ["203.0.113.10:80"] {{(service.Length > 0 ? "," + service : "")}} } {{more}} } } }
            """;
        var errors = new ConfigErrors();
        var config = ConfigValidator.Read(JsonConfig.Read(json), errors);
        errors.All.ShouldBeEmpty();
        Snapshot = SnapshotCompiler.Compile(config, Store);
    }

    public static string Rules(string rules, string more = "") => $$"""{{more}} "HeaderFilter": { "Rules": [ {{rules}} ] }""";

    public static string Rule(string id, string list, string test = "Contains", string value = "Bad", string header = "User-Agent", string ttl = "00:30:00") =>
        $$"""{ "Id": "{{id}}", "Header": "{{header}}", "Test": "{{test}}", {{(test == "IsEmpty" ? "" : $"\"Value\": \"{value}\",")}} "List": "{{list}}", "Ttl": "{{ttl}}" }""";

    public Verdict Send(string client, string? userAgent, string? referer = null) =>
        RequestFilter.AtArrival(Service, ClientOf(client), new FakeRequest(userAgent, referer), Now);

    public ClientKey ClientOf(string address) => Snapshot.Identity.Of(IPAddress.Parse(address));

    public RuleCounter Hits(string rule) => Service.Store.RuleCounter(ListSource.Header, rule);

    public void Wait(TimeSpan time) => Now += time.Ticks;
}
