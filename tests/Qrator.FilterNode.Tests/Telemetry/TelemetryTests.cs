using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Telemetry;

public sealed class TelemetryTests
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    [Fact]
    public async Task A_collector_gets_a_span_for_each_request_with_service_outcome_and_id()
    {
        const int Requests = 5;
        var ids = new ConcurrentQueue<string>();
        await using var origin = await OriginAsync(ids);
        await using var collector = await CollectorAsync();
        await using (var node = await StartAsync(origin.Address, collector.Address))
        {
            for (var i = 0; i < Requests; i++)
            {
                await node.Client.GetAsync(node.Address);
            }

            await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}", Requests);
        }

        // TracesData: resource_spans 1, scope_spans 2, spans 2; Span: attributes 9. Other tests' requests have no source of their own and so no spans, but may run in the same process.
        var spans = Of("/v1/traces").SelectMany(body => Protobuf.At(body, 1, 2, 2)).Select(span => AttributesOf(span, 9)).Where(span => ids.Contains(span["filternode.request_id"])).ToList();
        spans.Select(span => span["filternode.request_id"]).ShouldBe(ids, ignoreOrder: true);
        spans.ShouldAllBe(span => span["filternode.service"] == "shop" && span["filternode.outcome"] == "passed");
    }

    [Fact]
    public async Task A_collector_gets_the_series_of_the_node()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var collector = await CollectorAsync();
        await using (var node = await StartAsync(origin.Address, collector.Address))
        {
            for (var i = 0; i < 3; i++)
            {
                await node.Client.GetAsync(node.Address);
            }

            await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}", 3);
            await Eventually.Holds(() => PassedOf(Of("/v1/metrics")).Contains(3), "the requests are told");
        }

        var names = Of("/v1/metrics").SelectMany(body => Protobuf.At(body, 1, 2, 2)).Select(metric => Protobuf.Text(metric, 1)).ToList();
        names.ShouldContain("filternode_request_duration_seconds_bucket");
        names.ShouldContain("filternode_list_entries");
        names.ShouldContain("process_resident_memory_bytes");
    }

    [Theory]
    [InlineData("Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nTracestate: a=b\r\n")]
    [InlineData("Traceparent: nonsense\r\n")]
    [InlineData("")]
    public async Task What_the_client_says_about_traces_goes_to_the_origin_as_it_came_and_nothing_is_added(string sent)
    {
        var seen = "";
        await using var origin = await TestOrigin.StartAsync(context =>
        {
            seen = string.Concat(context.Request.Headers
                .Where(header => header.Key.StartsWith("Trace", StringComparison.OrdinalIgnoreCase) || header.Key is "Request-Id" or "Baggage" or "Correlation-Context")
                .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
                .Select(header => $"{char.ToUpperInvariant(header.Key[0])}{header.Key[1..]}: {header.Value}\r\n"));
            return context.Response.WriteAsync("hello");
        });
        await using var node = await StartAsync(origin.Address, "127.0.0.1:1");
        using var client = await RawClient.ConnectAsync(node.Address);
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: x\r\n{sent}\r\n");
        await client.ReadUntilAsync("hello");

        seen.ShouldBe(sent, StringCompareShould.IgnoreCase);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_of_OpenTelemetry_is_loaded_unless_it_is_configured(bool configured)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await NodeProcess.StartAsync(configured ? Settings(origin.Address, "127.0.0.1:1") : TestNode.Settings(origin.Address));
        (await node.Client.GetStringAsync(node.Address)).ShouldBe("hello");
        (await node.Client.GetStringAsync(new Uri(node.AdminAddress, "metrics"))).ShouldContain("filternode_requests_total");

        var loaded = await File.ReadAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{node.Process.Id}/maps"));

        loaded.ShouldContain("Qrator.FilterNode.Core.dll");
        loaded.Contains("OpenTelemetry", StringComparison.Ordinal).ShouldBe(configured);
    }

    private static JsonObject Settings(string origin, string collector)
    {
        var settings = TestNode.Settings(origin);
        settings["FilterNode"]!["Telemetry"] = new JsonObject { ["Endpoint"] = $"http://{collector}", ["Sample"] = 1, ["Interval"] = "00:00:01" };
        return settings;
    }

    private static Task<TestNode> StartAsync(string origin, string collector) => TestNode.StartAsync(Settings(origin, collector));

    private static Task<TestOrigin> OriginAsync(ConcurrentQueue<string> ids) => TestOrigin.StartAsync(context =>
    {
        ids.Enqueue(context.Request.Headers["X-Qrator-RequestID"].ToString());
        return context.Response.WriteAsync("hello");
    });

    private Task<TestOrigin> CollectorAsync() => TestOrigin.StartAsync(async context =>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _received.Enqueue((context.Request.Path, body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    });

    private IEnumerable<byte[]> Of(string path) => _received.Where(request => request.Path == path).Select(request => request.Body);

    // ExportMetricsServiceRequest: resource_metrics 1, scope_metrics 2, metrics 2; Metric: name 1, sum 7; Sum: data_points 1; NumberDataPoint: attributes 7, as_double 4.
    private static IEnumerable<double> PassedOf(IEnumerable<byte[]> bodies) =>
        from metric in bodies.SelectMany(body => Protobuf.At(body, 1, 2, 2))
        where Protobuf.Text(metric, 1) == "filternode_requests_total"
        from point in Protobuf.At(metric, 7, 1)
        let attributes = AttributesOf(point, 7)
        where attributes["service"] == "shop" && attributes["outcome"] == "passed"
        select Protobuf.Double(point, 4);

    // KeyValue: key 1, value 2; AnyValue: string_value 1.
    private static Dictionary<string, string> AttributesOf(byte[] message, int field) =>
        Protobuf.All(message, field).ToDictionary(pair => Protobuf.Text(pair, 1), pair => Protobuf.Text(pair, 2, 1));
}
