using System.Globalization;
using Qrator.FilterNode.Fixtures;
using Qrator.FilterNode.Metrics;

namespace Qrator.FilterNode;

public sealed class MetricsTests
{
    [Fact]
    public async Task Durations_are_counted_for_requests_that_were_answered()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        for (var i = 0; i < 3; i++)
        {
            await node.Client.GetAsync(node.Address);
        }

        await Eventually.Holds(async () => await node.MetricAsync("filternode_request_duration_seconds_count{service=\"shop\"}") == 3, "three requests are counted");
        var metrics = await node.MetricsAsync();
        Value(metrics, "filternode_request_duration_seconds_bucket{service=\"shop\",le=\"+Inf\"}").ShouldBe(3);
        Value(metrics, "filternode_origin_duration_seconds_count{service=\"shop\"}").ShouldBe(3);
        Value(metrics, "filternode_request_duration_seconds_sum{service=\"shop\"}")
            .ShouldBeGreaterThanOrEqualTo(Value(metrics, "filternode_origin_duration_seconds_sum{service=\"shop\"}"));
    }

    [Theory]
    [InlineData("process_cpu_seconds_total")]
    [InlineData("process_resident_memory_bytes")]
    [InlineData("process_open_fds")]
    [InlineData("process_max_fds")]
    [InlineData("process_start_time_seconds")]
    [InlineData("dotnet_gc_collections_total{gc_heap_generation=\"gen0\"}")]
    [InlineData("dotnet_process_cpu_time_seconds_total{cpu_mode=\"user\"}")]
    [InlineData("dotnet_thread_pool_thread_number")]
    [InlineData("kestrel_active_connections")]
    [InlineData("kestrel_connection_duration_seconds_count")]
    public async Task The_meters_of_process_runtime_and_server_are_there(string series)
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        await node.Client.GetAsync(node.Address);

        Value(await node.MetricsAsync(), series).ShouldBeGreaterThanOrEqualTo(0);
    }

    [Theory]
    [InlineData("filternode_requests_total", "counter", "service outcome", "passed blacklisted rate_limited body_limit maintenance origin_unreachable origin_timeout origin_error client_aborted bad_request unknown_host")]
    [InlineData("filternode_responses_total", "counter", "service code", null)]
    [InlineData("filternode_request_duration_seconds", "histogram", "service", null)]
    [InlineData("filternode_origin_duration_seconds", "histogram", "service", null)]
    [InlineData("filternode_received_bytes_total", "counter", "service traffic", "passed dropped")]
    [InlineData("filternode_sent_bytes_total", "counter", "service traffic", "passed dropped")]
    [InlineData("filternode_rule_hits_total", "counter", "service filter rule mode", "enforced shadow")]
    [InlineData("filternode_list_entries", "gauge", "service list source", "header geo rule behavior api config")]
    [InlineData("filternode_list_changes_total", "counter", "service list source change", null)]
    [InlineData("filternode_connections", "gauge", "listener", null)]
    [InlineData("filternode_connections_total", "counter", "listener", null)]
    [InlineData("filternode_connections_dropped_total", "counter", "listener reason", null)]
    [InlineData("filternode_origin_available", "gauge", "service origin", null)]
    [InlineData("filternode_origin_requests_total", "counter", "service origin", null)]
    [InlineData("filternode_origin_failures_total", "counter", "service origin reason", null)]
    [InlineData("filternode_inflight_body_bytes", "gauge", "service", null)]
    [InlineData("filternode_config_reloads_total", "counter", "result", "success failure")]
    [InlineData("filternode_config_last_reload_successful", "gauge", "", null)]
    [InlineData("filternode_config_last_reload_timestamp_seconds", "gauge", "", null)]
    [InlineData("filternode_build_info", "gauge", "version runtime", null)]
    public void The_series_have_the_names_and_labels_that_operators_were_promised(string name, string type, string labels, string? words)
    {
        var family = MetricsReference.Families.Single(family => family.Name == name);

        family.Type.ShouldBe(type);
        family.Samples.ShouldNotBeEmpty();
        family.Samples.Select(sample => string.Join(' ', sample.Labels.Select(label => label.Name).Where(label => label != "le"))).Distinct().ShouldBe([labels]);
        if (words is not null)
        {
            family.Samples.Select(sample => sample.Labels[^1].Value).Distinct().ShouldBe(words.Split(' '), ignoreOrder: true);
        }
    }

    [Fact]
    public async Task The_meter_of_open_connections_knows_the_public_server_alone()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        using var client = await RawClient.ConnectAsync(node.Address);

        // No plain request, with which the connection goes to Kestrel.
        await client.SendAsync("GET /a%20b HTTP/1.1\r\nHost: shop.example\r\n\r\n");
        await Eventually.Holds(async () => await node.MetricAsync("kestrel_active_connections") == 1, "one connection is open");
    }

    [Fact]
    public async Task A_Prometheus_server_scrapes_the_node_and_answers_with_the_right_numbers()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        for (var i = 0; i < 7; i++)
        {
            await node.Client.GetAsync(node.Address);
        }

        await using var prometheus = await Prometheus.StartAsync(node.AdminAddress);

        await Eventually.Holds(async () => await ValuesAsync(prometheus, "sum by (service) (filternode_requests_total{outcome=\"passed\"})") is [7, ..], "seven requests are seen");
        (await ValuesAsync(prometheus, "filternode_responses_total{service=\"shop\",code=\"200\"}")).ShouldBe([7]);
        (await ValuesAsync(prometheus, "histogram_quantile(1, filternode_request_duration_seconds_bucket{service=\"shop\"})")).ShouldHaveSingleItem().ShouldBeInRange(0.0005, 60);
        (await ValuesAsync(prometheus, "up")).ShouldBe([1]);
    }

    [Fact]
    public async Task A_hundred_thousand_hosts_paths_and_agents_add_no_series()
    {
        const int Requests = 100_000;
        const int Batch = 500;
        await using var origin = await Nginx.StartAsync("location / { return 204; }");
        await using var node = await TestNode.StartAsync(origin.Address);
        await node.Client.GetAsync(node.Address);
        var before = SeriesOf(await node.MetricsAsync());

        await Parallel.ForEachAsync(Enumerable.Range(0, 4), async (worker, _) =>
        {
            using var client = await RawClient.ConnectAsync(node.Address);
            var batch = new System.Text.StringBuilder();
            for (var i = 0; i < Requests / 4; i += Batch)
            {
                batch.Clear();
                for (var n = i; n < i + Batch; n++)
                {
                    batch.Append(CultureInfo.InvariantCulture, $"GET /{worker}/{n} HTTP/1.1\r\nHost: h{worker}-{n}.example\r\nUser-Agent: agent {worker} {n}\r\n");
                    batch.Append("\r\n");
                }

                await client.SendAsync(batch.ToString());
                await client.ReadTimesAsync("\r\n\r\n", Batch);
            }
        });

        await Eventually.Holds(async () => await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}") > Requests, "all are counted");
        SeriesOf(await node.MetricsAsync()).ShouldBe(before, ignoreOrder: true);
    }

    // Exceptions and collections of the test's own process may appear meanwhile; they are bounded by their kinds.
    private static List<string> SeriesOf(string metrics) =>
    [
        .. from line in metrics.Split('\n')
           where line.StartsWith("filternode_", StringComparison.Ordinal)
           select line[..line.LastIndexOf(' ')],
    ];

    private static async Task<IReadOnlyList<double>> ValuesAsync(Prometheus prometheus, string expression) =>
        [.. (await prometheus.QueryAsync(expression)).Select(series => series.Value)];

    private static double Value(string metrics, string series)
    {
        var line = metrics.Split('\n').SingleOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        line.ShouldNotBeNull(series);
        return double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
