using System.Text.Json;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Api;

public sealed class ApiStatisticsTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    [Fact]
    public async Task The_current_interval_has_requests_durations_codes_and_errors()
    {
        await using var origin = await TestOrigin.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/missing" ? 404 : context.Request.Path == "/broken" ? 503 : 200;
            return Task.CompletedTask;
        });
        await using var node = await TestNode.StartAsync(origin.Address);
        await BeginIntervalAsync(node);
        foreach (var path in (string[])["/", "/", "/missing", "/broken"])
        {
            await node.Client.GetAsync(new Uri(node.Address, path));
        }

        var current = await CurrentAsync(node, "statistics_current_http", http => http.GetProperty("requests").GetInt64() == 4);

        current.GetProperty("time").GetInt64().ShouldBe(node.Time.GetUtcNow().ToUnixTimeSeconds() / 180 * 180);
        current.GetProperty("seconds").GetInt64().ShouldBeInRange(1, 180);
        current.GetProperty("passed").GetInt64().ShouldBe(4);
        current.GetProperty("outcomes").GetProperty("passed").GetInt64().ShouldBe(4);
        current.GetProperty("responses").EnumerateObject().Select(bucket => bucket.Name)
            .ShouldBe(["0000_0200", "0200_0500", "0500_0700", "0700_1000", "1000_1500", "1500_2000", "2000_5000", "5000_inf"]);
        current.GetProperty("responses").EnumerateObject().Sum(bucket => bucket.Value.GetInt64()).ShouldBe(4);
        current.GetProperty("codes").GetRawText().ShouldBe("""{"200":2,"404":1,"503":1}""");
        current.GetProperty("errors").GetRawText().ShouldBe("""{"total":2,"500":0,"501":0,"502":0,"503":1,"504":0,"4xx":1}""");
    }

    [Fact]
    public async Task The_current_interval_has_bytes_connections_and_the_blacklist()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        await BeginIntervalAsync(node);
        int sent;
        using (var client = await RawClient.ConnectAsync(node.Address))
        {
            await client.SendAsync(Get);
            sent = (await client.ReadToEndAsync()).Text.Length;
        }

        await node.CallAsync("blacklist_append", """[["127.0.0.1", 0, ""], ["192.0.2.1", 0, ""]]""");
        using (var client = await RawClient.ConnectAsync(node.Address))
        {
            await client.SendAsync(Get);
            (await client.ReadToEndAsync()).ShouldBe(("", true));
        }

        var current = await CurrentAsync(node, "statistics_current_ip", ip => ip.GetProperty("bytes").GetProperty("input").GetInt64() == 2 * Get.Length);

        current.GetProperty("bytes").GetRawText().ShouldBe($$"""{"input":{{2 * Get.Length}},"passed":{{Get.Length}},"output":{{sent}},"output_passed":{{sent}}}""");
        current.GetProperty("connections").GetRawText().ShouldBe("""{"input":2,"passed":1}""");
        current.GetProperty("blacklist").GetProperty("total").GetInt64().ShouldBe(2);
        current.GetProperty("blacklist").GetProperty("api").GetInt64().ShouldBe(2);
        current.GetProperty("blacklist_changes").GetProperty("added").GetRawText().ShouldBe("""{"api":2}""");
        var seconds = current.GetProperty("seconds").GetInt64();
        current.GetProperty("bandwidth").GetProperty("input").GetDouble().ShouldBe(2 * Get.Length * 8.0 / seconds, 0.001);
    }

    [Fact]
    public async Task A_series_has_the_intervals_that_are_over_and_null_for_a_gap()
    {
        await using var origin = await TestOrigin.StartAsync();
        await using var node = await TestNode.StartAsync(origin.Address);
        var start = await BeginIntervalAsync(node);
        await node.Client.GetAsync(node.Address);
        await CurrentAsync(node, "statistics_current_http", http => http.GetProperty("requests").GetInt64() == 1);
        await CurrentAsync(node, "statistics_current_ip", ip => ip.GetProperty("bytes").GetProperty("input").GetInt64() > 0);
        node.Time.Advance(TimeSpan.FromSeconds(180 * 3));
        await CurrentAsync(node, "statistics_current_http", http => http.GetProperty("requests").GetInt64() == 0);

        var series = await node.CallAsync("statistics_get", $"[{start}, {start + 720}, 180]");
        var both = await node.CallAsync("statistics_get", $"[{start + 5}, {start + 365}, 360]");

        Requests(series).ShouldBe([1, null, null, null]);
        (series.GetProperty("from").GetInt64(), series.GetProperty("to").GetInt64(), series.GetProperty("step").GetInt64()).ShouldBe((start, start + 720, 180));
        series.GetProperty("points")[0].GetProperty("time").GetInt64().ShouldBe(start);
        series.GetProperty("points")[0].GetProperty("bytes").GetProperty("input").GetInt64().ShouldBeGreaterThan(0);
        Requests(both).ShouldBe([1]);
    }

    [Fact]
    public async Task Counting_goes_on_through_reloads()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        await using var node = await TestNode.StartAsync(settings);
        await BeginIntervalAsync(node);
        await node.Client.GetAsync(node.Address);
        TestNode.Shop(settings)["InFlightBodyBytes"] = 1_000_000;
        node.Write(settings);
        await node.ShouldComeToAsync("filternode_config_reloads_total{result=\"success\"}", 1);
        await node.Client.GetAsync(node.Address);

        await CurrentAsync(node, "statistics_current_http", http => http.GetProperty("requests").GetInt64() == 2);
    }

    [Fact]
    public async Task The_statistics_outlive_a_restart_within_an_interval_too()
    {
        using var folder = new State.TemporaryFolder();
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["State"] = new JsonObject { ["Database"] = folder.File("state.db") };
        long start;
        await using (var node = await TestNode.StartAsync(settings))
        {
            start = await BeginIntervalAsync(node);
            await node.Client.GetAsync(node.Address);
            await node.Client.GetAsync(node.Address);
            await CurrentAsync(node, "statistics_current_http", http => http.GetProperty("requests").GetInt64() == 2);
        }

        await using var next = await TestNode.StartAsync(settings);
        next.Time.Advance(DateTimeOffset.FromUnixTimeSeconds(start + 30) - next.Time.GetUtcNow());
        await next.Client.GetAsync(next.Address);
        await CurrentAsync(next, "statistics_current_http", http => http.GetProperty("time").GetInt64() == start && http.GetProperty("requests").GetInt64() == 3);

        next.Time.Advance(TimeSpan.FromSeconds(180));
        await CurrentAsync(next, "statistics_current_http", http => http.GetProperty("time").GetInt64() == start + 180);
        Requests(await next.CallAsync("statistics_get", $"[{start}, {start + 180}, 180]")).ShouldBe([3]);
    }

    [Fact]
    public async Task The_billing_figure_of_a_month_without_traffic_is_nothing()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        (await node.CallAsync("statistics_billable", """["2026-02"]""")).GetRawText()
            .ShouldBe("""{"month":"2026-02","bits_per_second":0,"bytes":0,"intervals":0,"of":13440}""");
        (await node.CallAsync("statistics_billable")).GetProperty("month").GetString()
            .ShouldBe(node.Time.GetUtcNow().ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task The_billing_figure_comes_from_the_intervals_of_the_month()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");
        var month = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var history = node.Host.Store.Services.Single().Statistics.History;
        for (var i = 0; i < 40; i++)
        {
            // Received 1, 2, ... bytes in the intervals of the month, in the form that the database has.
            history.Restore(month + (i * 180), [1, 48, (byte)(i + 1)]).ShouldBeTrue();
        }

        var billable = await node.CallAsync("statistics_billable", """["2026-01"]""");

        billable.GetProperty("bytes").GetInt64().ShouldBe(10);
        billable.GetProperty("bits_per_second").GetDouble().ShouldBe(0.444);
        billable.GetProperty("intervals").GetInt64().ShouldBe(40);
    }

    [Theory]
    [InlineData("statistics_get", "[]", "params: an array that is not three numbers; ")]
    [InlineData("statistics_get", "[1, 2]", "params: an array that is not three numbers; ")]
    [InlineData("statistics_get", "[1, \"x\", 180]", "params[1]: \"x\" is not a number of seconds; ")]
    [InlineData("statistics_get", "[-1, 2, 180]", "params[0]: -1 is not a number of seconds; ")]
    [InlineData("statistics_get", "[0, 2000, 100]", "params[2]: 100 is no multiple of 180; ")]
    [InlineData("statistics_get", "[0, 2000, 0]", "params[2]: 0 is no multiple of 180; ")]
    [InlineData("statistics_get", "[2000, 0, 180]", "params: from is after to; ")]
    [InlineData("statistics_get", "[0, 1767225600, 180]", "params: 9817920 points; at most 15360 points")]
    [InlineData("statistics_billable", "[\"2026\"]", "params: \"2026\" is not a month; ")]
    [InlineData("statistics_billable", "[\"2026-13\"]", "params: \"2026-13\" is not a month; ")]
    [InlineData("statistics_billable", "[5]", "params: 5 is not a month; ")]
    [InlineData("statistics_current_http", "[5]", "params: an array where there are none; ")]
    public async Task Wrong_parameters_are_refused_with_a_sentence(string method, string parameters, string beginning)
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        (await node.FailAsync($$"""{"method": "{{method}}", "params": {{parameters}}}""")).ShouldStartWith(beginning);
    }

    // The clock goes to the beginning of the next interval, so that the next half minute is within it.
    private static async Task<long> BeginIntervalAsync(TestNode node)
    {
        var start = (node.Time.GetUtcNow().ToUnixTimeSeconds() / 180 * 180) + 180;
        node.Time.Advance(DateTimeOffset.FromUnixTimeSeconds(start + 1) - node.Time.GetUtcNow());
        await CurrentAsync(node, "statistics_current_http", http => http.GetProperty("time").GetInt64() == start);
        return start;
    }

    private static async Task<JsonElement> CurrentAsync(TestNode node, string method, Func<JsonElement, bool> condition)
    {
        var current = default(JsonElement);
        await Eventually.Holds(async () => condition(current = await node.CallAsync(method)), $"{method} has what is expected");
        return current;
    }

    private static List<long?> Requests(JsonElement series) =>
        [.. series.GetProperty("points").EnumerateArray().Select(point => point.ValueKind == JsonValueKind.Null ? (long?)null : point.GetProperty("requests").GetInt64())];
}
