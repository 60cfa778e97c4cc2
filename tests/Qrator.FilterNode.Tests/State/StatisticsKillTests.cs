using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.State;

/// <summary>A node that is killed while it counts requests. FILTERNODE_KILL_ROUNDS says how often; 3 times unless given.</summary>
public sealed class StatisticsKillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _rounds = int.Parse(Environment.GetEnvironmentVariable("FILTERNODE_KILL_ROUNDS") ?? "3", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_kill_loses_at_most_the_interval_under_way()
    {
        await using var origin = await TestOrigin.StartAsync();
        var settings = TestNode.Settings(origin.Address);
        settings["FilterNode"]!["State"] = new JsonObject { ["Database"] = "state.db" };
        await File.WriteAllTextAsync(_folder.File("appsettings.json"), settings.ToJsonString());
        var clock = new SetClock(_folder.File("clock"));
        var over = new SortedDictionary<long, long>();
        for (var round = 0; round < _rounds; round++)
        {
            await using var node = await clock.StartNodeAsync(_folder.Path);
            (await SeriesAsync(node, over)).ShouldBe(over, "what was over at the kills before is there");
            for (var i = 0; i <= round; i++)
            {
                await node.Client.GetStringAsync(node.Address);
            }

            var current = await ShouldComeToAsync(node, round + 1);
            over.Add(current, round + 1);
            clock.ToNextInterval();
            await Eventually.Holds(() => Rows() == over.Count, "the interval that is over is on disk");

            // And while requests of the next interval come, it ends.
            var sending = SendAsync(node);
            await ShouldComeToAsync(node, 1);
            node.Process.Kill();
            await node.Process.WaitForExitAsync();
            await sending;
        }

        await using var last = await clock.StartNodeAsync(_folder.Path);
        (await SeriesAsync(last, over)).ShouldBe(over);
        var (time, requests) = await CurrentAsync(last);
        (time, requests).ShouldBe((over.Keys.Last() + 180, 0), "the interval under way was lost, and only that");
        Rows("PRAGMA integrity_check").ShouldBe("ok");
    }

    public void Dispose() => _folder.Dispose();

    // Waits until the interval under way has so many requests or more; its start.
    private static async Task<long> ShouldComeToAsync(NodeProcess node, long requests)
    {
        var start = 0L;
        await Eventually.Holds(
            async () =>
            {
                (start, var count) = await CurrentAsync(node);
                return count >= requests;
            },
            $"the interval has {requests} requests");
        return start;
    }

    private static async Task<(long Start, long Requests)> CurrentAsync(NodeProcess node)
    {
        var current = await CallAsync(node, "statistics_current_http", "[]");
        return (current.GetProperty("time").GetInt64(), current.GetProperty("requests").GetInt64());
    }

    // The requests of each interval that is over, from a minute before the first to an hour after the last.
    private static async Task<SortedDictionary<long, long>> SeriesAsync(NodeProcess node, SortedDictionary<long, long> expected)
    {
        var (from, to) = expected.Count == 0 ? (0, 180) : (expected.Keys.First() - 180, expected.Keys.Last() + 3_600);
        var points = (await CallAsync(node, "statistics_get", $"[{from},{to},180]")).GetProperty("points").EnumerateArray();
        return new(points.Where(point => point.ValueKind == JsonValueKind.Object)
            .ToDictionary(point => point.GetProperty("time").GetInt64(), point => point.GetProperty("requests").GetInt64()));
    }

    private static async Task<JsonElement> CallAsync(NodeProcess node, string method, string parameters)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(node.AdminAddress, "request/service/shop"));
        call.Headers.Add("X-Qrator-Auth", "secret");
        call.Content = new StringContent($$"""{"method": "{{method}}", "params": {{parameters}}, "id": 1}""", Encoding.UTF8, "application/json");
        using var response = await node.Client.SendAsync(call);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("result").Clone();
    }

    private static async Task SendAsync(NodeProcess node)
    {
        try
        {
            while (true)
            {
                await node.Client.GetStringAsync(node.Address);
            }
        }
        catch (HttpRequestException)
        {
            // It was killed.
            return;
        }
    }

    private long Rows() => long.Parse(Rows("SELECT count(*) FROM intervals"), CultureInfo.InvariantCulture);

    private string Rows(string sql)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = _folder.File("state.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        using var connection = new SqliteConnection(settings.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }
}
